using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// What a state of a continuous-time system does in a time interval dt: it is multiplied by <c>1 + E</c>, where E depends on
/// <c>zeta dt</c>, and zeta is the pole times the step size. E is computed, not <c>1 + E</c>, which would lose the digits of slow poles. No
/// argument gives an infinite or undefined result: an interval that is too long for floats gives the limit of long intervals.
/// </summary>
internal interface IPoleIncrement
{
    /// <summary>Converts zeta into what <see cref="Of"/> takes; called once for each pole.</summary>
    static abstract void Load<TLane, TVector>(ref TVector re, ref TVector im)
        where TLane : ILane<TVector>
        where TVector : struct;

    /// <summary>E of an interval, from what <see cref="Load"/> made of zeta.</summary>
    static abstract void Of<TLane, TVector>(TVector re, TVector im, TVector interval, out TVector eRe, out TVector eIm)
        where TLane : ILane<TVector>
        where TVector : struct;

    /// <summary>The derivative of E with respect to zeta, from E.</summary>
    static abstract void Slope<TLane, TVector>(TVector eRe, TVector eIm, TVector interval, out TVector slopeRe, out TVector slopeIm)
        where TLane : ILane<TVector>
        where TVector : struct;
}

/// <summary><c>E = exp(zeta dt) - 1</c>, for zeta with a real part below 0.</summary>
internal readonly struct HeldIncrement : IPoleIncrement
{
    private const float SmallestExponent = -100; // exponent of 2, so low that 1 + E is 0 in float

    // The decay is measured in powers of 2, the phase in turns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<TLane, TVector>(ref TVector re, ref TVector im)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        re = TLane.Multiply(re, TLane.Broadcast(LaneMath.Log2E));
        im = TLane.Multiply(im, TLane.Broadcast(0.159154943f));
    }

    // With e = exp(Re z) - 1 and h = Im z / 2: E = e cos 2h - 2 sin^2 h + i (1 + e) sin 2h. Since Re z < 0, nothing cancels for small z.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Of<TLane, TVector>(TVector re, TVector im, TVector interval, out TVector eRe, out TVector eIm)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector one = TLane.Broadcast(1);
        TVector e = LaneMath.Exp2MinusOne<TLane, TVector>(TLane.Clamp(TLane.Multiply(re, interval), SmallestExponent, 0), out _);
        Turns.Half<TLane, TVector>(TLane.Multiply(im, interval), out TVector sin, out TVector cos);
        TVector twiceSin = TLane.Add(sin, sin), lost = TLane.Multiply(twiceSin, sin);
        eRe = TLane.MultiplySubtract(lost, TLane.Add(one, e), e);
        eIm = TLane.Multiply(TLane.Multiply(twiceSin, cos), TLane.Add(one, e));
    }

    // dt (1 + E)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Slope<TLane, TVector>(TVector eRe, TVector eIm, TVector interval, out TVector slopeRe, out TVector slopeIm)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        slopeRe = TLane.MultiplyAdd(interval, eRe, interval);
        slopeIm = TLane.Multiply(interval, eIm);
    }
}

/// <summary><c>E = z / (1 - z / 2)</c> with <c>z = zeta dt</c>: the bilinear map minus 1.</summary>
internal readonly struct BilinearIncrement : IPoleIncrement
{
    private const float Largest = 1e15f; // its square is far below the largest float, and E is -2 in float

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<TLane, TVector>(ref TVector re, ref TVector im)
        where TLane : ILane<TVector>
        where TVector : struct
    {
    }

    // (p - |z|^2 / 2 + i q) / |1 - z / 2|^2, z = p + i q
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Of<TLane, TVector>(TVector re, TVector im, TVector interval, out TVector eRe, out TVector eIm)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector half = TLane.Broadcast(0.5f);
        TVector p = TLane.Clamp(TLane.Multiply(re, interval), -Largest, 0),
            q = TLane.Clamp(TLane.Multiply(im, interval), -Largest, Largest);
        TVector a = TLane.MultiplySubtract(half, p, TLane.Broadcast(1)), b = TLane.Multiply(half, q);
        TVector divisor = TLane.MultiplyAdd(a, a, TLane.Multiply(b, b));
        eRe = TLane.Divide(TLane.MultiplySubtract(half, TLane.MultiplyAdd(p, p, TLane.Multiply(q, q)), p), divisor);
        eIm = TLane.Divide(q, divisor);
    }

    // dt (1 + E / 2)^2
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Slope<TLane, TVector>(TVector eRe, TVector eIm, TVector interval, out TVector slopeRe, out TVector slopeIm)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector half = TLane.Broadcast(0.5f), re = TLane.MultiplyAdd(half, eRe, TLane.Broadcast(1)), im = TLane.Multiply(half, eIm);
        slopeRe = TLane.Multiply(interval, TLane.MultiplySubtract(im, im, TLane.Multiply(re, re)));
        slopeIm = TLane.Multiply(interval, TLane.Multiply(TLane.Add(re, re), im));
    }
}
