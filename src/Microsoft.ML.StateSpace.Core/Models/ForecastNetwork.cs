using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// A causal network beside the equations of a forecaster. After every row it says, for each horizon step and target, how far the median
/// lies from the closed form, and how far the bounds lie from the median (<see cref="IntervalLoss"/>). All three are in units: half the
/// width of the closed form's interval, times the running scale. A network of zeros is the closed form. The answer is the mean of both,
/// quantile by quantile, with the weight that rows asked for which neither had learnt from; then bounds are moved by what these rows asked
/// for as well (conformalized quantile regression; Romano, Patterson and Candes 2019, arXiv:1905.03222).
/// </summary>
internal sealed class ForecastNetwork
{
    /// <summary>The coming rows whose covariates known ahead are read.</summary>
    public const int MostAhead = 16;

    // A feature is bounded to so many scales of its series, so that a jump behind a calm time does not blow the states up.
    public const float Bound = 16;

    private readonly ForecastShape _shape;
    private readonly SequencePredictor _predictor;

    /// <param name="shape">The sizes of the forecaster.</param>
    /// <param name="model">The network: <see cref="InputsOf"/> channels, <see cref="OutputsOf"/> outputs at every time step.</param>
    /// <param name="weight">The weight of the network, from 0 to 1; the equations have the rest.</param>
    /// <param name="units">Half the width of an interval of the closed form, in running scales, (Horizon, Targets).</param>
    /// <param name="offsets">How far each bound is moved away from the median, in units, (Horizon, Targets).</param>
    public ForecastNetwork(ForecastShape shape, TrainedModel model, double weight, double[] units, double[] offsets)
    {
        (_shape, Weight, Units, Offsets) = (shape, weight, units, offsets);
        _predictor = new SequencePredictor(model);
    }

    public TrainedModel Model => _predictor.Model;

    public double Weight { get; }

    public double[] Units { get; }

    public double[] Offsets { get; }

    public SequenceStream CreateStream() => _predictor.CreateStream();

    /// <summary>The coming rows whose covariates a network reads.</summary>
    public static int AheadRows(ForecastShape shape) => shape.KnownAhead == 0 ? 0 : Math.Min(shape.Horizon, MostAhead);

    /// <summary>Channels of the network that belong to the row itself: its features without the constant.</summary>
    public static int OwnInputs(ForecastShape shape) => shape.RowFeatures - 1;

    /// <summary>Channels of the network: those of the row, then the covariates of the coming rows, (AheadRows, KnownAhead).</summary>
    public static int InputsOf(ForecastShape shape) => OwnInputs(shape) + AheadRows(shape) * shape.KnownAhead;

    /// <summary>Outputs of the network, (Horizon, Targets, <see cref="IntervalLoss.Size"/>).</summary>
    public static int OutputsOf(ForecastShape shape) => shape.Horizon * shape.Targets * IntervalLoss.Size;

    /// <summary>Features of a row as the network reads them.</summary>
    /// <param name="features">(RowFeatures).</param>
    /// <param name="inputs">(OwnInputs); assigned.</param>
    public static void WriteOwn(ReadOnlySpan<double> features, Span<float> inputs)
    {
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = Bounded(features[1 + i]);
    }

    /// <summary>A value as the network reads it.</summary>
    public static float Bounded(double value) => Math.Clamp((float)value, -Bound, Bound);

    /// <summary>Scores a series, (rows, inputs) to (rows, outputs), without a state of its own.</summary>
    public void Predict(ReadOnlySpan<float> inputs, Span<float> outputs) => _predictor.Predict(inputs, outputs);

    /// <summary>The three quantiles of a step and target in units, relative to the forecast of the closed form.</summary>
    /// <param name="outputs">The network's outputs of the step and target, (m, a, b).</param>
    /// <param name="weight">The weight of the network.</param>
    public static (double Lower, double Median, double Upper) Quantiles(ReadOnlySpan<float> outputs, double weight)
    {
        double median = outputs[0], others = 1 - weight;
        return (
            weight * (median - IntervalLoss.WidthOf(outputs[1]).Width) - others,
            weight * median,
            weight * (median + IntervalLoss.WidthOf(outputs[2]).Width) + others);
    }

    /// <summary>Corrects the forecasts of the equations.</summary>
    /// <param name="outputs">What the network answers to the row, (Horizon, Targets, 3).</param>
    /// <param name="state">What is remembered of the series.</param>
    /// <param name="point">The forecasts, (Horizon, Targets); those that are NaN stay so.</param>
    /// <param name="lower">Assigned, (Horizon, Targets).</param>
    /// <param name="upper">Assigned, (Horizon, Targets).</param>
    public void Correct(ReadOnlySpan<float> outputs, ForecastState state, Span<float> point, Span<float> lower, Span<float> upper)
    {
        for (int place = 0; place < point.Length; place++)
        {
            double closed = point[place], unit = Units[place] * state.ScaleOf(place % _shape.Targets);
            var (below, median, above) = Quantiles(outputs.Slice(place * IntervalLoss.Size, IntervalLoss.Size), Weight);
            point[place] = (float)(closed + unit * median);
            // A negative offset never takes a bound past the median.
            lower[place] = (float)(closed + unit * Math.Min(below - Offsets[place], median));
            upper[place] = (float)(closed + unit * Math.Max(above + Offsets[place], median));
        }
    }
}
