namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// LayerNorm and RMSNorm over the rows of (rows, width), with <c>width = scale.Length</c>. Forward keeps what backward needs, one number a row; backward adds.
/// </summary>
internal static class NormKernels
{
    /// <summary>Added to the variance, or to the mean square, before its root.</summary>
    public const float Epsilon = 1e-5f;

    /// <summary><c>y = (x - mean) rstd scale + bias</c>, with <c>rstd = 1 / sqrt(var + eps)</c> and the biased variance.</summary>
    public static void LayerNorm(
        ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> bias, Span<float> y, Span<float> mean, Span<float> rstd)
    {
        int width = scale.Length;
        for (int i = 0; i < mean.Length; i++)
        {
            var row = x.Slice(i * width, width);
            float sum = 0, squares = 0;
            foreach (float value in row)
                sum += value;
            float m = sum / width;
            foreach (float value in row)
                squares += (value - m) * (value - m);
            float r = 1 / MathF.Sqrt(squares / width + Epsilon);
            for (int j = 0; j < width; j++)
                y[i * width + j] = (row[j] - m) * r * scale[j] + bias[j];
            mean[i] = m;
            rstd[i] = r;
        }
    }

    /// <summary>
    /// With <c>h = (x - mean) rstd</c> and <c>g = scale dy</c>: <c>dx += (g - mean(g) - h mean(g h)) rstd</c>, <c>dscale += sum of dy h</c>, <c>dbias += sum of dy</c>.
    /// </summary>
    public static void LayerNormBackward(
        ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> mean, ReadOnlySpan<float> rstd, ReadOnlySpan<float> dy,
        Span<float> dx, Span<float> dscale, Span<float> dbias)
    {
        int width = scale.Length;
        for (int i = 0; i < mean.Length; i++)
        {
            int row = i * width;
            float sum = 0, product = 0;
            for (int j = 0; j < width; j++)
            {
                float h = (x[row + j] - mean[i]) * rstd[i], g = scale[j] * dy[row + j];
                sum += g;
                product += g * h;
                dscale[j] += dy[row + j] * h;
                dbias[j] += dy[row + j];
            }
            for (int j = 0; j < width; j++)
            {
                float h = (x[row + j] - mean[i]) * rstd[i], g = scale[j] * dy[row + j];
                dx[row + j] += (g - sum / width - h * (product / width)) * rstd[i];
            }
        }
    }

    /// <summary><c>y = x rstd scale</c>, with <c>rstd = 1 / sqrt(mean(x^2) + eps)</c>.</summary>
    public static void RmsNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> scale, Span<float> y, Span<float> rstd)
    {
        int width = scale.Length;
        for (int i = 0; i < rstd.Length; i++)
        {
            var row = x.Slice(i * width, width);
            float squares = 0;
            foreach (float value in row)
                squares += value * value;
            float r = 1 / MathF.Sqrt(squares / width + Epsilon);
            for (int j = 0; j < width; j++)
                y[i * width + j] = row[j] * r * scale[j];
            rstd[i] = r;
        }
    }

    /// <summary>With <c>h = x rstd</c> and <c>g = scale dy</c>: <c>dx += (g - h mean(g h)) rstd</c>, <c>dscale += sum of dy h</c>.</summary>
    public static void RmsNormBackward(
        ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> rstd, ReadOnlySpan<float> dy, Span<float> dx, Span<float> dscale)
    {
        int width = scale.Length;
        for (int i = 0; i < rstd.Length; i++)
        {
            int row = i * width;
            float product = 0;
            for (int j = 0; j < width; j++)
            {
                float h = x[row + j] * rstd[i];
                product += scale[j] * dy[row + j] * h;
                dscale[j] += dy[row + j] * h;
            }
            for (int j = 0; j < width; j++)
                dx[row + j] += (scale[j] * dy[row + j] - x[row + j] * rstd[i] * (product / width)) * rstd[i];
        }
    }
}
