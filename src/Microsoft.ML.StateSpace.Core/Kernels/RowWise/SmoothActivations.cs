using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// SiLU, tanh and ELU. Each is written with one exponential of a bounded argument. Absolute errors are a few roundings of the largest
/// value.
/// </summary>
internal static unsafe partial class Activations
{
    /// <summary><c>y = x sigmoid(x)</c>.</summary>
    public static void Silu(ReadOnlySpan<float> x, Span<float> y) => Apply<SiluFunction>(x, y);

    /// <summary><c>dx += silu'(x) dy</c>.</summary>
    public static void SiluBackward(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx)
        => ApplyBackward<SiluFunction>(x, dy, dx);

    /// <summary><c>y = tanh(x)</c>.</summary>
    public static void Tanh(ReadOnlySpan<float> x, Span<float> y) => Apply<TanhFunction>(x, y);

    /// <summary><c>dx += (1 - tanh(x)^2) dy</c>.</summary>
    public static void TanhBackward(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx)
        => ApplyBackward<TanhFunction>(x, dy, dx);

    /// <summary><c>y = x</c> above 0, <c>exp(x) - 1</c> below.</summary>
    public static void Elu(ReadOnlySpan<float> x, Span<float> y) => Apply<EluFunction>(x, y);

    /// <summary><c>dx += min(1, exp(x)) dy</c>.</summary>
    public static void EluBackward(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx) => ApplyBackward<EluFunction>(x, dy, dx);

    private static void Apply<TFunction>(ReadOnlySpan<float> x, Span<float> y)
        where TFunction : IFunction
    {
        fixed (float* px = x, py = y[..x.Length])
            Elements.Run(new ValueKernel<TFunction>(px, py), x.Length);
    }

    private static void ApplyBackward<TFunction>(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx)
        where TFunction : IFunction
    {
        fixed (float* px = x, pdy = dy[..x.Length], pdx = dx[..x.Length])
            Elements.Run(new SlopeKernel<TFunction>(px, pdy, pdx), x.Length);
    }

    private interface IFunction
    {
        static abstract TVector Value<TLane, TVector>(TVector x)
            where TLane : ILane<TVector>
            where TVector : struct;

        static abstract TVector Slope<TLane, TVector>(TVector x)
            where TLane : ILane<TVector>
            where TVector : struct;
    }

    private readonly struct ValueKernel<TFunction>(float* x, float* y) : IElementKernel
        where TFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
            => TLane.Store(y + i, TFunction.Value<TLane, TVector>(TLane.Load(x + i)));
    }

    private readonly struct SlopeKernel<TFunction>(float* x, float* dy, float* dx) : IElementKernel
        where TFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
            => TLane.Store(
                dx + i, TLane.MultiplyAdd(TFunction.Slope<TLane, TVector>(TLane.Load(x + i)), TLane.Load(dy + i), TLane.Load(dx + i)));
    }

    // 1 / (1 + exp(-x)); NaN stays NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector SigmoidOf<TLane, TVector>(TVector x)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector one = TLane.Broadcast(1);
        return TLane.Divide(
            one,
            TLane.Add(one, LaneMath.Exp<TLane, TVector>(TLane.Subtract(default, TLane.Clamp(x, -LaneMath.ExpLimit, LaneMath.ExpLimit)))));
    }

    private readonly struct SiluFunction : IFunction
    {
        // Below the limit, x sigmoid(x) is 0 in float.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Value<TLane, TVector>(TVector x)
            where TLane : ILane<TVector>
            where TVector : struct
            => TLane.Multiply(TLane.Clamp(x, -LaneMath.ExpLimit, float.PositiveInfinity), SigmoidOf<TLane, TVector>(x));

        // s + x s (1 - s); written as exp(-x) s, 1 - s keeps its digits.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Slope<TLane, TVector>(TVector x)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector one = TLane.Broadcast(1), held = TLane.Clamp(x, -LaneMath.ExpLimit, LaneMath.ExpLimit);
            TVector e = LaneMath.Exp<TLane, TVector>(TLane.Subtract(default, held)), s = TLane.Divide(one, TLane.Add(one, e));
            return TLane.MultiplyAdd(TLane.Multiply(held, s), TLane.Multiply(e, s), s);
        }
    }

    private readonly struct TanhFunction : IFunction
    {
        // 2 sigmoid(2x) - 1
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Value<TLane, TVector>(TVector x)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector s = SigmoidOf<TLane, TVector>(TLane.Add(x, x));
            return TLane.Subtract(TLane.Add(s, s), TLane.Broadcast(1));
        }

        // 4 s (1 - s)
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Slope<TLane, TVector>(TVector x)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector s = SigmoidOf<TLane, TVector>(TLane.Add(x, x));
            return TLane.Multiply(TLane.Multiply(TLane.Broadcast(4), s), TLane.Subtract(TLane.Broadcast(1), s));
        }
    }

    private readonly struct EluFunction : IFunction
    {
        // max(x, 0) + exp(min(x, 0)) - 1
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Value<TLane, TVector>(TVector x)
            where TLane : ILane<TVector>
            where TVector : struct
            => TLane.Add(TLane.Clamp(x, 0, float.PositiveInfinity), TLane.Subtract(Slope<TLane, TVector>(x), TLane.Broadcast(1)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Slope<TLane, TVector>(TVector x)
            where TLane : ILane<TVector>
            where TVector : struct
            => LaneMath.Exp<TLane, TVector>(TLane.Clamp(x, -LaneMath.ExpLimit, 0));
    }
}
