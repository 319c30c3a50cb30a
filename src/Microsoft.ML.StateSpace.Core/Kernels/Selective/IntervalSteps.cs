using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Step sizes that depend on the input, for time steps that are not equally far apart: <c>Delta_t = softplus(z_t) dt_t</c>, where dt_t is
/// the interval that leads to step t. An interval of 1 leaves all bits as they are.
/// </summary>
internal static unsafe class IntervalSteps
{
    /// <summary>
    /// The largest step size. Beyond it everything is forgotten anyway, and an infinite step times a factor of 0 would be NaN.
    /// </summary>
    public const float Largest = 1e30f;

    /// <summary>Multiplies the softplus of each row, (rows, width), by the interval of the row, in place.</summary>
    public static void Scale(ReadOnlySpan<float> intervals, Span<float> steps)
    {
        Debug.Assert(steps.Length % intervals.Length == 0, "every row has its interval");
        int width = steps.Length / intervals.Length;
        fixed (float* ps = steps)
            for (int t = 0; t < intervals.Length; t++)
                Elements.Run(new ScaleKernel(ps + (nint)t * width, intervals[t]), width);
    }

    /// <summary>
    /// Replaces the gradient of the steps that <see cref="Scale"/> left by that of z, in place:
    /// <c>dz = dDelta dt (1 - exp(-Delta / dt))</c>. Rows are (rows, width).
    /// </summary>
    public static void Backward(ReadOnlySpan<float> intervals, ReadOnlySpan<float> steps, Span<float> gradient)
    {
        Debug.Assert(steps.Length % intervals.Length == 0 && gradient.Length == steps.Length, "every row has its interval");
        int width = steps.Length / intervals.Length;
        fixed (float* ps = steps, pg = gradient)
            for (int t = 0; t < intervals.Length; t++)
                Elements.Run(new BackwardKernel(ps + (nint)t * width, pg + (nint)t * width, intervals[t]), width);
    }

    private readonly struct ScaleKernel(float* steps, float interval) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
            => TLane.Store(steps + i, TLane.Clamp(TLane.Multiply(TLane.Load(steps + i), TLane.Broadcast(interval)), 0, Largest));
    }

    private readonly struct BackwardKernel(float* steps, float* gradient, float interval) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector dt = TLane.Broadcast(interval), softplus = TLane.Divide(TLane.Load(steps + i), dt);
            TVector exponent = TLane.Clamp(TLane.Multiply(softplus, TLane.Broadcast(-LaneMath.Log2E)), -LaneMath.ExpLimit, 0);
            TVector minusSlope = LaneMath.Exp2MinusOne<TLane, TVector>(exponent, out _);
            TVector slope = TLane.MultiplySubtract(minusSlope, TLane.Load(gradient + i), default);
            TLane.Store(gradient + i, TLane.Multiply(slope, dt));
        }
    }
}
