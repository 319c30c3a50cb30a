using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>Sine and cosine of angles that are counted in turns, for every lane width.</summary>
internal static class Turns
{
    private const float Most = 1e30f; // floats beyond 2^23 hold no fraction of a turn

    /// <summary>
    /// <c>sin(pi t)</c> and <c>cos(pi t)</c>, both with the sign of the nearest whole turn taken out, so that
    /// <c>sin(2 pi t) = 2 sin cos</c> and <c>cos(2 pi t) = 1 - 2 sin^2</c>. Half the angle keeps the digits of small ones.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Half<TLane, TVector>(TVector turns, out TVector sin, out TVector cos)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        turns = TLane.Clamp(turns, -Most, Most);
        TVector part = TLane.Subtract(turns, TLane.Round(turns)), square = TLane.Multiply(part, part);
        sin = TLane.Multiply(part, Sine<TLane, TVector>(square));
        cos = Cosine<TLane, TVector>(square);
    }

    // sin(pi t) / t as a polynomial in t^2, |t| <= 1/2. This and the next polynomial are interpolated at the Chebyshev nodes, with errors
    // below 4e-8.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Sine<TLane, TVector>(TVector square)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector p = TLane.MultiplyAdd(TLane.Broadcast(0.0776559114f), square, TLane.Broadcast(-0.598290384f));
        p = TLane.MultiplyAdd(p, square, TLane.Broadcast(2.55007744f));
        p = TLane.MultiplyAdd(p, square, TLane.Broadcast(-5.1677103f));
        return TLane.MultiplyAdd(p, square, TLane.Broadcast(3.14159274f));
    }

    // cos(pi t) as a polynomial in t^2, |t| <= 1/2.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Cosine<TLane, TVector>(TVector square)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector p = TLane.MultiplyAdd(TLane.Broadcast(-0.0243959315f), square, TLane.Broadcast(0.234937072f));
        p = TLane.MultiplyAdd(p, square, TLane.Broadcast(-1.33521199f));
        p = TLane.MultiplyAdd(p, square, TLane.Broadcast(4.05870914f));
        p = TLane.MultiplyAdd(p, square, TLane.Broadcast(-4.93480206f));
        return TLane.MultiplyAdd(p, square, TLane.Broadcast(1));
    }
}
