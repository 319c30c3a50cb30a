using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Elementwise nonlinearities and their gradients, over spans of equal length. Gradients of x are added to unless a method says otherwise.
/// A destination may be one of the spans that are read.
/// </summary>
internal static unsafe partial class Activations
{
    /// <summary><c>y = 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))</c>.</summary>
    public static void Gelu(ReadOnlySpan<float> x, Span<float> y)
    {
        fixed (float* px = x, py = y[..x.Length])
            Elements.Run(new GeluKernel(px, py), x.Length);
    }

    /// <summary><c>dx += gelu'(x) dy</c>.</summary>
    public static void GeluBackward(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx)
    {
        fixed (float* px = x, pdy = dy[..x.Length], pdx = dx[..x.Length])
            Elements.Run(new GeluBackwardKernel(px, pdy, pdx), x.Length);
    }

    /// <summary><c>y = 1 / (1 + exp(-x))</c>.</summary>
    public static void Sigmoid(ReadOnlySpan<float> x, Span<float> y)
    {
        fixed (float* px = x, py = y[..x.Length])
            Elements.Run(new SigmoidKernel(px, py), x.Length);
    }

    /// <summary><c>y = log(1 + e^x)</c>.</summary>
    public static void Softplus(ReadOnlySpan<float> x, Span<float> y)
    {
        fixed (float* px = x, py = y[..x.Length])
            Elements.Run(new SoftplusKernel(px, py), x.Length);
    }

    /// <summary>
    /// Replaces the gradient of <c>y = softplus(x)</c> by that of x, in place: <c>dx = dy (1 - exp(-y))</c>, since 1 - exp(-y) is the
    /// sigmoid of x.
    /// </summary>
    public static void SoftplusBackward(ReadOnlySpan<float> y, Span<float> gradient)
    {
        fixed (float* py = y, pg = gradient[..y.Length])
            Elements.Run(new SoftplusBackwardKernel(py, pg), y.Length);
    }

    /// <summary>The gated product <c>y = value * gate</c>, where <paramref name="gate"/> is already a sigmoid.</summary>
    public static void Gate(ReadOnlySpan<float> value, ReadOnlySpan<float> gate, Span<float> y)
    {
        fixed (float* pv = value, pg = gate[..value.Length], py = y[..value.Length])
            Elements.Run(new GateKernel(pv, pg, py), value.Length);
    }

    /// <summary><c>y += x</c>.</summary>
    public static void Add(ReadOnlySpan<float> x, Span<float> y)
    {
        fixed (float* px = x, py = y[..x.Length])
            Elements.Run(new AddKernel(px, py), x.Length);
    }

    /// <summary>
    /// The gradient of <c>y = value * sigmoid(z)</c>, where gate is the sigmoid: adds <c>dvalue += dy gate</c> and assigns
    /// <c>dz = dy value gate (1 - gate)</c>.
    /// </summary>
    public static void GateBackward(
        ReadOnlySpan<float> value, ReadOnlySpan<float> gate, ReadOnlySpan<float> dy, Span<float> dvalue, Span<float> dz)
    {
        int length = dy.Length;
        fixed (float* pv = value[..length], pg = gate[..length], pdy = dy, pdv = dvalue[..length], pdz = dz[..length])
            Elements.Run(new GateBackwardKernel(pv, pg, pdy, pdv, pdz), length);
    }

    private readonly struct GeluKernel(float* x, float* y) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector value = TLane.Load(x + i);
            TVector divisor = TLane.Add(TLane.Broadcast(1), GeluTerms.Exponential<TLane, TVector>(value));
            TLane.Store(y + i, TLane.Divide(TLane.Clamp(value, -GeluTerms.Limit, float.PositiveInfinity), divisor));
        }
    }

    private readonly struct GeluBackwardKernel(float* x, float* dy, float* dx) : IElementKernel
    {
        // With e = exp(-z(x)) and s = 1 / (1 + e): gelu' = s + x s (1 - s) z', where 1 - s = e s.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector one = TLane.Broadcast(1), value = TLane.Clamp(TLane.Load(x + i), -GeluTerms.Limit, GeluTerms.Limit);
            TVector e = GeluTerms.Exponential<TLane, TVector>(value), s = TLane.Divide(one, TLane.Add(one, e));
            TVector slope = TLane.Multiply(
                value,
                TLane.MultiplyAdd(TLane.Multiply(value, value), TLane.Broadcast(3 * GeluTerms.Cubic), TLane.Broadcast(GeluTerms.Linear)));
            TVector derivative = TLane.MultiplyAdd(TLane.Multiply(TLane.Multiply(e, s), s), slope, s);
            TLane.Store(dx + i, TLane.MultiplyAdd(derivative, TLane.Load(dy + i), TLane.Load(dx + i)));
        }
    }

    private readonly struct SigmoidKernel(float* x, float* y) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
            => TLane.Store(y + i, SigmoidOf<TLane, TVector>(TLane.Load(x + i)));
    }

    private readonly struct GateKernel(float* value, float* gate, float* y) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
            => TLane.Store(y + i, TLane.Multiply(TLane.Load(value + i), TLane.Load(gate + i)));
    }

    private readonly struct AddKernel(float* x, float* y) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
            => TLane.Store(y + i, TLane.Add(TLane.Load(y + i), TLane.Load(x + i)));
    }

    private readonly struct SoftplusKernel(float* x, float* y) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
            => TLane.Store(y + i, LaneMath.Softplus<TLane, TVector>(TLane.Load(x + i)));
    }

    private readonly struct SoftplusBackwardKernel(float* y, float* gradient) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector exponent = TLane.Clamp(TLane.Multiply(TLane.Load(y + i), TLane.Broadcast(-LaneMath.Log2E)), -LaneMath.ExpLimit, 0);
            TVector minusSlope = LaneMath.Exp2MinusOne<TLane, TVector>(exponent, out _);
            TLane.Store(gradient + i, TLane.MultiplySubtract(minusSlope, TLane.Load(gradient + i), default));
        }
    }

    private readonly struct GateBackwardKernel(float* value, float* gate, float* dy, float* dvalue, float* dz) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector g = TLane.Load(gate + i), open = TLane.Multiply(TLane.Load(dy + i), g);
            TVector v = TLane.Load(value + i), gradient = TLane.Add(TLane.Load(dvalue + i), open);
            TLane.Store(dz + i, TLane.Multiply(TLane.Multiply(open, v), TLane.Subtract(TLane.Broadcast(1), g)));
            TLane.Store(dvalue + i, gradient);
        }
    }

    /// <summary>
    /// <c>0.5 (1 + tanh(u))</c> equals <c>1 / (1 + exp(-2u))</c>. The second form needs no tanh, loses no digits near 0, and serves forward
    /// and backward with one exponential. 2u is <c>z(x) = Linear x + Cubic x^3</c>.
    /// </summary>
    private static class GeluTerms
    {
        public const float Linear = 1.5957691216f; // 2 sqrt(2 / pi)
        public const float Cubic = 0.0713548163f; // 0.044715 times Linear

        /// <summary>
        /// Beyond this limit gelu is 0 or x in float. exp(-z) is there near the ends of its range, where for example infinity times 0 would
        /// threaten.
        /// </summary>
        public const float Limit = 9.9f;

        /// <summary><c>exp(-z(x))</c>, with x limited to [-Limit, Limit].</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Exponential<TLane, TVector>(TVector x)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            x = TLane.Clamp(x, -Limit, Limit);
            return LaneMath.Exp<TLane, TVector>(
                TLane.Multiply(x, TLane.MultiplyAdd(TLane.Multiply(x, x), TLane.Broadcast(-Cubic), TLane.Broadcast(-Linear))));
        }
    }
}
