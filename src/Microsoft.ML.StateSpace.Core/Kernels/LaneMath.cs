using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>Functions of a vector, in any lane.</summary>
internal static class LaneMath
{
    /// <summary>The largest argument of <see cref="Exp"/>, and the smallest when negated: beyond it floats overflow or become subnormal.</summary>
    public const float ExpLimit = 87;

    /// <summary>
    /// <c>e^x</c> for <c>|x| &lt;= ExpLimit</c>, to about one unit in the last place: x = n ln 2 + r with ln 2 in two parts, then the polynomial of Cephes expf for e^r.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp<TLane, TVector>(TVector x)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector n = TLane.Round(TLane.Multiply(x, TLane.Broadcast(1.44269504f)));
        TVector r = TLane.MultiplySubtract(n, TLane.Broadcast(0.693359375f), x);
        r = TLane.MultiplySubtract(n, TLane.Broadcast(-2.12194440e-4f), r);
        TVector p = TLane.MultiplyAdd(TLane.Broadcast(1.9875691500e-4f), r, TLane.Broadcast(1.3981999507e-3f));
        p = TLane.MultiplyAdd(p, r, TLane.Broadcast(8.3334519073e-3f));
        p = TLane.MultiplyAdd(p, r, TLane.Broadcast(4.1665795894e-2f));
        p = TLane.MultiplyAdd(p, r, TLane.Broadcast(1.6666665459e-1f));
        p = TLane.MultiplyAdd(p, r, TLane.Broadcast(0.5f));
        p = TLane.Add(TLane.MultiplyAdd(p, TLane.Multiply(r, r), r), TLane.Broadcast(1));
        return TLane.Scale(p, n);
    }
}
