using System.Diagnostics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Step sizes that are shares of one interval: <c>Delta_t = softmax(z_t) dt_t</c> over the states of a row; rows are (rows, width). Sums
/// are made in double.
/// </summary>
internal static class StepShares
{
    /// <summary>Replaces each row by its softmax.</summary>
    public static void Forward(Span<float> rows, int width)
    {
        for (int start = 0; start < rows.Length; start += width)
        {
            var row = rows.Slice(start, width);
            float largest = float.NegativeInfinity;
            foreach (float value in row)
                largest = MathF.Max(largest, value);
            double sum = 0;
            foreach (ref float value in row)
                sum += value = MathF.Exp(value - largest);
            foreach (ref float value in row)
                value = (float)(value / sum);
        }
    }

    /// <summary>
    /// Replaces the gradient of the steps by that of z, in place: with the shares p, <c>dz = Delta (dDelta - sum p dDelta)</c>. An interval
    /// of 0 leaves no gradient.
    /// </summary>
    /// <param name="intervals">dt, (rows), which have multiplied the shares; empty where nothing has.</param>
    /// <param name="steps">Delta.</param>
    /// <param name="gradient">In: the gradient of Delta. Out: that of z.</param>
    /// <param name="width">Floats of a row.</param>
    public static void Backward(ReadOnlySpan<float> intervals, ReadOnlySpan<float> steps, Span<float> gradient, int width)
    {
        Debug.Assert(steps.Length == gradient.Length, "every step has a gradient");
        for (int start = 0, t = 0; start < steps.Length; start += width, t++)
        {
            var row = gradient.Slice(start, width);
            var delta = steps.Slice(start, width);
            double mean = 0, interval = intervals.IsEmpty ? 1 : intervals[t];
            for (int n = 0; n < width; n++)
                mean += (double)delta[n] * row[n];
            mean = interval > 0 ? mean / interval : 0;
            for (int n = 0; n < width; n++)
                row[n] = (float)(delta[n] * (row[n] - mean));
        }
    }
}
