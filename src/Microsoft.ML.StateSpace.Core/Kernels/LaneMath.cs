using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>Functions of a vector, in any lane.</summary>
internal static class LaneMath
{
    /// <summary>The largest argument of <see cref="Exp"/>, and the smallest when negated: beyond it floats overflow or become subnormal.</summary>
    public const float ExpLimit = 87;

    // The exponent of the smallest normal float.
    private const float SmallestExponent = -126;

    /// <summary><c>1 / ln 2</c>: <c>e^x = 2^(x Log2E)</c>.</summary>
    public const float Log2E = 1.44269504f;

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

    /// <summary>
    /// <c>2^x</c> for <c>x &lt;= 0</c>, to about one unit in the last place, and exactly 1 at 0: x = n + r. Below the smallest float, which is not subnormal, it stays near that.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp2<TLane, TVector>(TVector x)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector n = TLane.Round(x), r = TLane.Subtract(x, n);
        return TLane.Scale(TLane.MultiplyAdd(Exp2Slope<TLane, TVector>(r), r, TLane.Broadcast(1)), TLane.Max(n, TLane.Broadcast(SmallestExponent)));
    }

    /// <summary><c>2^x - 1</c>, relatively exact to a few units in the last place near 0 too, and <c>2^x</c> as <paramref name="power"/>; x as in <see cref="Exp2"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp2MinusOne<TLane, TVector>(TVector x, out TVector power)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector n = TLane.Round(x), r = TLane.Subtract(x, n), one = TLane.Broadcast(1), whole = TLane.Scale(one, TLane.Max(n, TLane.Broadcast(SmallestExponent)));
        TVector rest = TLane.Multiply(Exp2Slope<TLane, TVector>(r), r);
        power = TLane.MultiplyAdd(whole, rest, whole);
        return TLane.MultiplyAdd(whole, rest, TLane.Subtract(whole, one));
    }

    /// <summary><c>log(1 + e^x)</c>, relatively exact: with e = exp(-|x|) it is <c>max(x, 0) + 2 atanh(e / (2 + e))</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Softplus<TLane, TVector>(TVector x)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector positive = TLane.Clamp(x, 0, float.PositiveInfinity), two = TLane.Broadcast(2);
        TVector e = Exp<TLane, TVector>(TLane.Subtract(TLane.Clamp(x, -ExpLimit, 0), TLane.Clamp(x, 0, ExpLimit)));
        TVector s = TLane.Divide(e, TLane.Add(two, e)), w = TLane.Multiply(s, s);
        // atanh(s) / s in powers of s^2, interpolated at the Chebyshev nodes of [0, 1/9]: error 8e-9.
        TVector p = TLane.MultiplyAdd(TLane.Broadcast(0.140788898f), w, TLane.Broadcast(0.139825791f));
        p = TLane.MultiplyAdd(p, w, TLane.Broadcast(0.200122982f));
        p = TLane.MultiplyAdd(p, w, TLane.Broadcast(0.333331615f));
        p = TLane.MultiplyAdd(p, w, TLane.Broadcast(1));
        return TLane.MultiplyAdd(TLane.Multiply(two, s), p, positive);
    }

    // (2^r - 1) / r on [-1/2, 1/2], interpolated at the Chebyshev nodes: relative error 2e-8.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Exp2Slope<TLane, TVector>(TVector r)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector p = TLane.MultiplyAdd(TLane.Broadcast(1.54531634e-4f), r, TLane.Broadcast(1.33908633e-3f));
        p = TLane.MultiplyAdd(p, r, TLane.Broadcast(9.61808302e-3f));
        p = TLane.MultiplyAdd(p, r, TLane.Broadcast(5.55035695e-2f));
        p = TLane.MultiplyAdd(p, r, TLane.Broadcast(0.240226507f));
        return TLane.MultiplyAdd(p, r, TLane.Broadcast(0.693147182f));
    }
}
