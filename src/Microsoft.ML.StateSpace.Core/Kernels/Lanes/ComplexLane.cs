using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>Products of complex numbers whose parts are vectors, for every lane width.</summary>
internal static class ComplexLane
{
    /// <summary><c>a x + b</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TVector Re, TVector Im) MultiplyAdd<TLane, TVector>(
        TVector aRe, TVector aIm, TVector xRe, TVector xIm, TVector bRe, TVector bIm)
        where TLane : ILane<TVector>
        where TVector : struct
        => (TLane.MultiplySubtract(aIm, xIm, TLane.MultiplyAdd(aRe, xRe, bRe)),
            TLane.MultiplyAdd(aIm, xRe, TLane.MultiplyAdd(aRe, xIm, bIm)));

    /// <summary><c>conj(a) x</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TVector Re, TVector Im) ConjugateMultiply<TLane, TVector>(TVector aRe, TVector aIm, TVector xRe, TVector xIm)
        where TLane : ILane<TVector>
        where TVector : struct
        => (TLane.MultiplyAdd(aIm, xIm, TLane.Multiply(aRe, xRe)), TLane.MultiplySubtract(aIm, xRe, TLane.Multiply(aRe, xIm)));
}
