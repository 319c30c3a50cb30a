namespace Microsoft.ML.StateSpace.Tasks;

/// <summary>
/// The loss of values, a sum over all outputs of all rows of <c>w f(y - t)</c>, where w is the weight of the output, and y and t are
/// standardised. With e = y - t, f is half the square, <c>e^2 / 2</c>; the absolute value, <c>|e|</c>; Huber's <c>e^2 / 2</c> up to the
/// threshold d and <c>d (|e| - d / 2)</c> beyond it (Huber 1964); or the pinball loss of a quantile q, <c>(1 - q) e</c> where the output is
/// too large and <c>-q e</c> where it is too small (Koenker and Bassett 1978).
/// </summary>
internal sealed class ValueLoss(int outputs, TrainingOptions options) : TaskLoss
{
    private readonly double[] _weights = options.OutputWeights is { } given ? [.. given] : [.. Enumerable.Repeat(1.0, outputs)];

    public override double Weight(TargetRows targets)
    {
        double sum = 0;
        for (int i = 0, output = 0; i < targets.Values.Length; i++, output = output + 1 == _weights.Length ? 0 : output + 1)
            sum += float.IsNaN(targets.Values[i]) ? 0 : _weights[output];
        return sum;
    }

    public override double Value(ReadOnlySpan<float> outputs, TargetRows targets)
    {
        double sum = 0;
        for (int i = 0, output = 0; i < outputs.Length; i++, output = output + 1 == _weights.Length ? 0 : output + 1)
        {
            double error = (double)outputs[i] - targets.Values[i];
            if (!float.IsNaN(targets.Values[i]))
                sum += _weights[output] * Of(error);
        }
        return sum;
    }

    public override void Derivative(ReadOnlySpan<float> outputs, TargetRows targets, double scale, Span<float> gradient)
    {
        for (int i = 0, output = 0; i < outputs.Length; i++, output = output + 1 == _weights.Length ? 0 : output + 1)
        {
            double error = (double)outputs[i] - targets.Values[i];
            gradient[i] = float.IsNaN(targets.Values[i]) ? 0 : (float)(scale * _weights[output] * Slope(error));
        }
    }

    private double Of(double error) => options.Loss switch
    {
        ValueLossKind.Absolute => Math.Abs(error),
        ValueLossKind.Huber => Math.Abs(error) <= options.HuberThreshold
            ? 0.5 * error * error
            : options.HuberThreshold * (Math.Abs(error) - 0.5 * options.HuberThreshold),
        ValueLossKind.Quantile => error > 0 ? (1 - options.Quantile) * error : -options.Quantile * error,
        _ => 0.5 * error * error,
    };

    private double Slope(double error) => options.Loss switch
    {
        ValueLossKind.Absolute => Math.Sign(error),
        ValueLossKind.Huber => Math.Clamp(error, -options.HuberThreshold, options.HuberThreshold),
        ValueLossKind.Quantile => error > 0 ? 1 - options.Quantile : error < 0 ? -options.Quantile : 0,
        _ => error,
    };
}
