using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The sums of the elements of four vectors, side by side. They share their shuffles: with the widest lanes 13 instructions in place of
/// some 32.
/// </summary>
internal static unsafe class LaneSums
{
    /// <summary>Adds the sum of the elements of each vector to one of four neighbouring floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TLane, TVector>(TVector x0, TVector x1, TVector x2, TVector x3, float* to)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        if (TLane.Count == Lane512.Count && Avx512F.IsSupported)
        {
            var sums = Fold(
                As<TVector, Vector512<float>>(x0), As<TVector, Vector512<float>>(x1),
                As<TVector, Vector512<float>>(x2), As<TVector, Vector512<float>>(x3));
            (Vector128.Load(to) + sums).Store(to);
        }
        else if (TLane.Count == Lane256.Count && Avx.IsSupported)
        {
            var sums = Fold(
                As<TVector, Vector256<float>>(x0), As<TVector, Vector256<float>>(x1),
                As<TVector, Vector256<float>>(x2), As<TVector, Vector256<float>>(x3));
            (Vector128.Load(to) + sums).Store(to);
        }
        else
        {
            to[0] += TLane.Sum(x0);
            to[1] += TLane.Sum(x1);
            to[2] += TLane.Sum(x2);
            to[3] += TLane.Sum(x3);
        }
    }

    // In every 128 bits: first sums of two, then one sum of four for each vector.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Fold(Vector512<float> x0, Vector512<float> x1, Vector512<float> x2, Vector512<float> x3)
    {
        var a = (Avx512F.UnpackLow(x0, x1) + Avx512F.UnpackHigh(x0, x1)).AsDouble();
        var b = (Avx512F.UnpackLow(x2, x3) + Avx512F.UnpackHigh(x2, x3)).AsDouble();
        var four = Avx512F.UnpackLow(a, b).AsSingle() + Avx512F.UnpackHigh(a, b).AsSingle();
        var half = four.GetLower() + four.GetUpper();
        return half.GetLower() + half.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Fold(Vector256<float> x0, Vector256<float> x1, Vector256<float> x2, Vector256<float> x3)
    {
        var a = (Avx.UnpackLow(x0, x1) + Avx.UnpackHigh(x0, x1)).AsDouble();
        var b = (Avx.UnpackLow(x2, x3) + Avx.UnpackHigh(x2, x3)).AsDouble();
        var four = Avx.UnpackLow(a, b).AsSingle() + Avx.UnpackHigh(a, b).AsSingle();
        return four.GetLower() + four.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TTo As<TFrom, TTo>(TFrom value) => Unsafe.As<TFrom, TTo>(ref value);
}
