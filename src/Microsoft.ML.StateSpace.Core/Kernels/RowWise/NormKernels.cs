using System.Diagnostics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// LayerNorm and RMSNorm over the rows of (rows, width), with <c>width = scale.Length</c>. Forward keeps what backward needs: mean and
/// rstd, one number of each a row. Backward adds. RMSNorm is LayerNorm with mean and bias held at 0, and both run through the same loops.
/// Sums within a row depend on that row only; sums over rows run from the first row to the last.
/// </summary>
internal static unsafe class NormKernels
{
    /// <summary>What is usually added to the variance, or to the mean square, before its root.</summary>
    public const float Epsilon = 1e-5f;

    /// <summary>
    /// <c>y = (x - mean) rstd scale + bias</c>, with <c>rstd = 1 / sqrt(var + eps)</c> and the biased variance. y and x must be different
    /// memory.
    /// </summary>
    public static void LayerNorm(
        ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> bias, Span<float> y, Span<float> mean, Span<float> rstd,
        float epsilon = Epsilon)
    {
        Debug.Assert(
            x.Length == mean.Length * scale.Length && y.Length == x.Length && bias.Length == scale.Length
            && rstd.Length == mean.Length);
        fixed (float* px = x, ps = scale, pb = bias, py = y, pm = mean, pr = rstd)
            NormForward.Run(px, ps, pb, py, pm, pr, mean.Length, scale.Length, epsilon);
    }

    /// <summary>
    /// The gradient of <see cref="LayerNorm"/>. With <c>h = (x - mean) rstd</c> and <c>g = scale dy</c>:
    /// <c>dx += (g - mean(g) - h mean(g h)) rstd</c>, <c>dscale += sum of dy h</c>, <c>dbias += sum of dy</c>.
    /// </summary>
    public static void LayerNormBackward(
        ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> mean, ReadOnlySpan<float> rstd, ReadOnlySpan<float> dy,
        Span<float> dx, Span<float> dscale, Span<float> dbias)
    {
        Debug.Assert(x.Length == mean.Length * scale.Length && dy.Length == x.Length && dx.Length == x.Length);
        Debug.Assert(dscale.Length == scale.Length && dbias.Length == scale.Length && rstd.Length == mean.Length);
        fixed (float* px = x, ps = scale, pm = mean, pr = rstd, pdy = dy, pdx = dx, pds = dscale, pdb = dbias)
            NormBackward.Run(px, ps, pm, pr, pdy, pdx, pds, pdb, mean.Length, scale.Length);
    }

    /// <summary><c>y = x rstd scale</c>, with <c>rstd = 1 / sqrt(mean(x^2) + eps)</c>. y and x must be different memory.</summary>
    public static void RmsNorm(
        ReadOnlySpan<float> x, ReadOnlySpan<float> scale, Span<float> y, Span<float> rstd, float epsilon = Epsilon)
    {
        Debug.Assert(x.Length == rstd.Length * scale.Length && y.Length == x.Length);
        fixed (float* px = x, ps = scale, py = y, pr = rstd)
            NormForward.Run(px, ps, null, py, null, pr, rstd.Length, scale.Length, epsilon);
    }

    /// <summary>
    /// The gradient of <see cref="RmsNorm"/>. With <c>h = x rstd</c> and <c>g = scale dy</c>: <c>dx += (g - h mean(g h)) rstd</c>,
    /// <c>dscale += sum of dy h</c>.
    /// </summary>
    public static void RmsNormBackward(
        ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> rstd, ReadOnlySpan<float> dy,
        Span<float> dx, Span<float> dscale)
    {
        Debug.Assert(
            x.Length == rstd.Length * scale.Length && dy.Length == x.Length && dx.Length == x.Length
            && dscale.Length == scale.Length);
        fixed (float* px = x, ps = scale, pr = rstd, pdy = dy, pdx = dx, pds = dscale)
            NormBackward.Run(px, ps, null, pr, pdy, pdx, pds, null, rstd.Length, scale.Length);
    }
}
