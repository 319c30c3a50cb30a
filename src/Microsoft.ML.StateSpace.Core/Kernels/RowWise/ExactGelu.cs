using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>GELU by the normal distribution itself, <c>x Phi(x) = 0.5 x (1 + erf(x / sqrt(2)))</c>.</summary>
internal static unsafe partial class Activations
{
    /// <summary><c>y = x Phi(x)</c>.</summary>
    public static void ExactGelu(ReadOnlySpan<float> x, Span<float> y) => Apply<ExactGeluFunction>(x, y);

    /// <summary><c>dx += (Phi(x) + x phi(x)) dy</c>.</summary>
    public static void ExactGeluBackward(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx)
        => ApplyBackward<ExactGeluFunction>(x, dy, dx);

    /// <summary>
    /// The tail <c>q = Phi(-|x|)</c> is <c>exp(-x^2 / 2) t P(t)</c> with <c>t = 1 / (1 + 0.3 |x|)</c>. P was fitted to
    /// <c>exp(x^2 / 2) Phi(-x)</c> by least squares of relative errors at Chebyshev nodes; the largest is 1.4e-7. From the tail both signs
    /// of x follow without a difference of near numbers.
    /// </summary>
    private readonly struct ExactGeluFunction : IFunction
    {
        private const float P0 = 0.119620055f, P1 = 0.120898366f, P2 = 0.0989928693f, P3 = 0.131669611f;
        private const float P4 = -0.0596977994f, P5 = 0.213043198f, P6 = -0.161176190f, P7 = 0.0366498902f;

        // Beyond it the tail is 0 in float beside x.
        private const float Limit = 13;

        // 1 / sqrt(2 pi)
        private const float Peak = 0.398942280f;

        // max(x, 0) - |x| q
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Value<TLane, TVector>(TVector x)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector size = Size<TLane, TVector>(x), q = Tail<TLane, TVector>(size, Exponential<TLane, TVector>(size));
            return TLane.Subtract(TLane.Clamp(x, 0, float.PositiveInfinity), TLane.Multiply(size, q));
        }

        // 1/2 + sign(x) (1/2 - q) + x phi(x); where the sign is not that of a number next to 0, 1/2 - q is 0.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Slope<TLane, TVector>(TVector x)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector size = Size<TLane, TVector>(x), e = Exponential<TLane, TVector>(size), half = TLane.Broadcast(0.5f);
            TVector sign = TLane.Clamp(TLane.Multiply(x, TLane.Broadcast(1e30f)), -1, 1);
            TVector phi = TLane.Multiply(e, TLane.Broadcast(Peak)), held = TLane.Clamp(x, -Limit, Limit);
            return TLane.MultiplyAdd(
                sign, TLane.Subtract(half, Tail<TLane, TVector>(size, e)), TLane.MultiplyAdd(held, phi, half));
        }

        // |x|, up to the limit.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector Size<TLane, TVector>(TVector x)
            where TLane : ILane<TVector>
            where TVector : struct
            => TLane.Subtract(TLane.Clamp(x, 0, Limit), TLane.Clamp(x, -Limit, 0));

        // exp(-x^2 / 2)
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector Exponential<TLane, TVector>(TVector size)
            where TLane : ILane<TVector>
            where TVector : struct
            => LaneMath.Exp<TLane, TVector>(TLane.Multiply(size, TLane.Multiply(size, TLane.Broadcast(-0.5f))));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector Tail<TLane, TVector>(TVector size, TVector exponential)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector one = TLane.Broadcast(1), t = TLane.Divide(one, TLane.MultiplyAdd(size, TLane.Broadcast(0.3f), one));
            TVector p = TLane.MultiplyAdd(TLane.Broadcast(P7), t, TLane.Broadcast(P6));
            p = TLane.MultiplyAdd(p, t, TLane.Broadcast(P5));
            p = TLane.MultiplyAdd(p, t, TLane.Broadcast(P4));
            p = TLane.MultiplyAdd(p, t, TLane.Broadcast(P3));
            p = TLane.MultiplyAdd(p, t, TLane.Broadcast(P2));
            p = TLane.MultiplyAdd(p, t, TLane.Broadcast(P1));
            p = TLane.MultiplyAdd(p, t, TLane.Broadcast(P0));
            return TLane.Multiply(TLane.Multiply(p, t), exponential);
        }
    }
}
