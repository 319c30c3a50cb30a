using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>Functions of a vector, for every lane width.</summary>
internal static class LaneMath
{
    /// <summary>
    /// The largest argument of <see cref="Exp"/>; the smallest is its negative. Beyond them the result would overflow or become subnormal.
    /// </summary>
    public const float ExpLimit = 87;

    // The exponent of the smallest normal float.
    private const float SmallestExponent = -126;

    /// <summary><c>1 / ln 2</c>: <c>e^x = 2^(x Log2E)</c>.</summary>
    public const float Log2E = 1.44269504f;

    /// <summary>
    /// <c>e^x</c> for <c>|x| &lt;= ExpLimit</c>, to about one unit in the last place. With <c>x = n ln 2 + r</c>, where ln 2 is subtracted
    /// in two parts, it is <c>2^n e^r</c>; for <c>e^r</c> the polynomial of Cephes expf is used.
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
    /// <c>2^x</c> for <c>x &lt;= 0</c>, to about one unit in the last place, and exactly 1 at 0. x is split into an integer n and a rest r.
    /// Where the result would be subnormal, it stays near the smallest normal float instead.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp2<TLane, TVector>(TVector x)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector n = TLane.Round(x), r = TLane.Subtract(x, n);
        return TLane.Scale(
            TLane.MultiplyAdd(Exp2Slope<TLane, TVector>(r), r, TLane.Broadcast(1)), TLane.Max(n, TLane.Broadcast(SmallestExponent)));
    }

    /// <summary>
    /// <see cref="Exp2{TLane, TVector}(TVector)"/> of up to four vectors in place, with the same bits. They are computed side by side, so
    /// that none waits for the one before.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Exp2<TLane, TVector, TCount>(ref TVector x0, ref TVector x1, ref TVector x2, ref TVector x3)
        where TLane : ILane<TVector>
        where TVector : struct
        where TCount : ICount
    {
        TVector n0 = TLane.Round(x0), n1 = default, n2 = default, n3 = default;
        if (TCount.Value > 1)
            n1 = TLane.Round(x1);
        if (TCount.Value > 2)
            n2 = TLane.Round(x2);
        if (TCount.Value > 3)
            n3 = TLane.Round(x3);
        x0 = TLane.Subtract(x0, n0);
        if (TCount.Value > 1)
            x1 = TLane.Subtract(x1, n1);
        if (TCount.Value > 2)
            x2 = TLane.Subtract(x2, n2);
        if (TCount.Value > 3)
            x3 = TLane.Subtract(x3, n3);
        TVector p0, p1, p2, p3;
        p0 = p1 = p2 = p3 = TLane.Broadcast(Slope5);
        Horner<TLane, TVector, TCount>(Slope4, x0, x1, x2, x3, ref p0, ref p1, ref p2, ref p3);
        Horner<TLane, TVector, TCount>(Slope3, x0, x1, x2, x3, ref p0, ref p1, ref p2, ref p3);
        Horner<TLane, TVector, TCount>(Slope2, x0, x1, x2, x3, ref p0, ref p1, ref p2, ref p3);
        Horner<TLane, TVector, TCount>(Slope1, x0, x1, x2, x3, ref p0, ref p1, ref p2, ref p3);
        Horner<TLane, TVector, TCount>(Slope0, x0, x1, x2, x3, ref p0, ref p1, ref p2, ref p3);
        Horner<TLane, TVector, TCount>(1, x0, x1, x2, x3, ref p0, ref p1, ref p2, ref p3);
        TVector smallest = TLane.Broadcast(SmallestExponent);
        x0 = TLane.Scale(p0, TLane.Max(n0, smallest));
        if (TCount.Value > 1)
            x1 = TLane.Scale(p1, TLane.Max(n1, smallest));
        if (TCount.Value > 2)
            x2 = TLane.Scale(p2, TLane.Max(n2, smallest));
        if (TCount.Value > 3)
            x3 = TLane.Scale(p3, TLane.Max(n3, smallest));
    }

    // p = p x + c
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Horner<TLane, TVector, TCount>(
        float c, TVector x0, TVector x1, TVector x2, TVector x3, ref TVector p0, ref TVector p1, ref TVector p2, ref TVector p3)
        where TLane : ILane<TVector>
        where TVector : struct
        where TCount : ICount
    {
        TVector k = TLane.Broadcast(c);
        p0 = TLane.MultiplyAdd(p0, x0, k);
        if (TCount.Value > 1)
            p1 = TLane.MultiplyAdd(p1, x1, k);
        if (TCount.Value > 2)
            p2 = TLane.MultiplyAdd(p2, x2, k);
        if (TCount.Value > 3)
            p3 = TLane.MultiplyAdd(p3, x3, k);
    }

    /// <summary>
    /// <c>2^x - 1</c>, and <c>2^x</c> as <paramref name="power"/>, for x as in <see cref="Exp2{TLane, TVector}(TVector)"/>. The relative
    /// error of <c>2^x - 1</c> is a few units in the last place, near 0 too.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp2MinusOne<TLane, TVector>(TVector x, out TVector power)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector n = TLane.Round(x), r = TLane.Subtract(x, n), one = TLane.Broadcast(1),
            whole = TLane.Scale(one, TLane.Max(n, TLane.Broadcast(SmallestExponent)));
        TVector rest = TLane.Multiply(Exp2Slope<TLane, TVector>(r), r);
        power = TLane.MultiplyAdd(whole, rest, whole);
        return TLane.MultiplyAdd(whole, rest, TLane.Subtract(whole, one));
    }

    /// <summary>
    /// <c>log(1 + e^x)</c> with a small relative error. With e = exp(-|x|) it is <c>max(x, 0) + 2 atanh(e / (2 + e))</c>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Softplus<TLane, TVector>(TVector x)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector positive = TLane.Clamp(x, 0, float.PositiveInfinity), two = TLane.Broadcast(2);
        TVector e = Exp<TLane, TVector>(TLane.Subtract(TLane.Clamp(x, -ExpLimit, 0), TLane.Clamp(x, 0, ExpLimit)));
        TVector s = TLane.Divide(e, TLane.Add(two, e)), w = TLane.Multiply(s, s);
        // atanh(s) / s as a polynomial in s^2, interpolated at the Chebyshev nodes of [0, 1/9]; its error is 8e-9.
        TVector p = TLane.MultiplyAdd(TLane.Broadcast(0.140788898f), w, TLane.Broadcast(0.139825791f));
        p = TLane.MultiplyAdd(p, w, TLane.Broadcast(0.200122982f));
        p = TLane.MultiplyAdd(p, w, TLane.Broadcast(0.333331615f));
        p = TLane.MultiplyAdd(p, w, TLane.Broadcast(1));
        return TLane.MultiplyAdd(TLane.Multiply(two, s), p, positive);
    }

    // (2^r - 1) / r for r in [-1/2, 1/2], interpolated at the Chebyshev nodes; its relative error is 2e-8.
    private const float Slope5 = 1.54531634e-4f, Slope4 = 1.33908633e-3f, Slope3 = 9.61808302e-3f;
    private const float Slope2 = 5.55035695e-2f, Slope1 = 0.240226507f, Slope0 = 0.693147182f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Exp2Slope<TLane, TVector>(TVector r)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector p = TLane.MultiplyAdd(TLane.Broadcast(Slope5), r, TLane.Broadcast(Slope4));
        p = TLane.MultiplyAdd(p, r, TLane.Broadcast(Slope3));
        p = TLane.MultiplyAdd(p, r, TLane.Broadcast(Slope2));
        p = TLane.MultiplyAdd(p, r, TLane.Broadcast(Slope1));
        return TLane.MultiplyAdd(p, r, TLane.Broadcast(Slope0));
    }
}
