namespace Microsoft.ML.StateSpace.Tasks;

/// <summary>
/// The loss of intervals around a median, the sum of the pinball losses of three quantiles (Koenker and Bassett 1978). An answer is three
/// outputs, (m, a, b), and its quantiles are <c>m - w(a)</c>, <c>m</c> and <c>m + w(b)</c>, with <c>w(x) = softplus(x + c)</c>, which is
/// positive, so they cannot cross, and 1 at zero. The pinball loss of a quantile q is <c>(1 - q) e</c> where it is too large by e, and
/// <c>-q e</c> where it is too small.
/// </summary>
/// <param name="levels">The quantiles, ascending: below, median, above.</param>
internal sealed class IntervalLoss(IReadOnlyList<double> levels) : TaskLoss
{
    /// <summary>Outputs of an answer. Its target stands in the place of the first; in those of the others is NaN.</summary>
    public const int Size = 3;

    // ln(e - 1), where softplus is 1.
    public const double Shift = 0.541324854612918;

    /// <summary>The distance of a bound from the median, and its slope.</summary>
    public static (double Width, double Slope) WidthOf(double output)
    {
        double x = output + Shift, small = Math.Exp(-Math.Abs(x));
        return (Math.Max(x, 0) + Math.Log(1 + small), x > 0 ? 1 / (1 + small) : small / (1 + small));
    }

    /// <summary>The loss of three quantiles, of which none is larger than the next.</summary>
    public double Of(double lower, double median, double upper, double target)
        => Pinball(levels[0], lower - target) + Pinball(levels[1], median - target) + Pinball(levels[2], upper - target);

    public override double Weight(TargetRows targets)
    {
        double count = 0;
        for (int i = 0; i < targets.Values.Length; i += Size)
            count += float.IsNaN(targets.Values[i]) ? 0 : 1;
        return count;
    }

    public override double Value(ReadOnlySpan<float> outputs, TargetRows targets)
    {
        double sum = 0;
        for (int i = 0; i < outputs.Length; i += Size)
        {
            double median = outputs[i];
            if (!float.IsNaN(targets.Values[i]))
                sum += Of(median - WidthOf(outputs[i + 1]).Width, median, median + WidthOf(outputs[i + 2]).Width, targets.Values[i]);
        }
        return sum;
    }

    public override void Derivative(ReadOnlySpan<float> outputs, TargetRows targets, double scale, Span<float> gradient)
    {
        gradient.Clear();
        for (int i = 0; i < outputs.Length; i += Size)
        {
            double error = (double)outputs[i] - targets.Values[i];
            if (double.IsNaN(error))
                continue;
            var (below, above) = (WidthOf(outputs[i + 1]), WidthOf(outputs[i + 2]));
            double lower = Slope(levels[0], error - below.Width), upper = Slope(levels[2], error + above.Width);
            gradient[i] = (float)(scale * (lower + Slope(levels[1], error) + upper));
            gradient[i + 1] = (float)(-scale * lower * below.Slope);
            gradient[i + 2] = (float)(scale * upper * above.Slope);
        }
    }

    private static double Pinball(double level, double error) => error > 0 ? (1 - level) * error : -level * error;

    private static double Slope(double level, double error) => error > 0 ? 1 - level : error < 0 ? -level : 0;
}
