using System.Numerics.Tensors;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// A linear forecaster, one equation a horizon step and target: <c>y_(t+k) = y_t + s_t w_k (features of t, features of t+k)</c>, with y_t
/// the last value and s_t the running scale of the series.
/// </summary>
/// <param name="shape">The sizes.</param>
/// <param name="scales">What is known before a series is seen.</param>
/// <param name="weights">w, (Horizon, Targets, Features).</param>
/// <param name="halfWidths">Half the width of an interval, in units of the running scale, (Horizon, Targets).</param>
internal sealed class ForecastModel(ForecastShape shape, ForecastScales scales, double[] weights, double[] halfWidths)
{
    public ForecastShape Shape => shape;

    public ForecastScales Scales => scales;

    public double[] Weights => weights;

    public double[] HalfWidths => halfWidths;

    /// <summary>What corrects the forecasts of the equations, where rows that were held out said that it should.</summary>
    public ForecastNetwork? Network { get; set; }

    public ForecastState CreateState() => new(shape, scales, Network);

    /// <summary>Doubles that <see cref="Forecast"/> needs.</summary>
    public int ScratchSize => shape.Features + shape.KnownAhead + 2 * shape.Targets;

    /// <summary>Forecasts the rows behind the one that a state has read last.</summary>
    /// <param name="state">What is remembered of the series.</param>
    /// <param name="ahead">
    /// The covariates known ahead of the next rows, (rows, KnownAhead). Steps behind these rows are NaN, where there are such covariates.
    /// </param>
    /// <param name="scratch">(ScratchSize).</param>
    /// <param name="point">Assigned, (Horizon, Targets); NaN before all targets have had a value.</param>
    /// <param name="lower">Assigned, (Horizon, Targets).</param>
    /// <param name="upper">Assigned, (Horizon, Targets).</param>
    public void Forecast(
        ForecastState state, ReadOnlySpan<float> ahead, Span<double> scratch, Span<float> point, Span<float> lower, Span<float> upper)
    {
        point.Fill(float.NaN);
        lower.Fill(float.NaN);
        upper.Fill(float.NaN);
        if (!state.IsStarted)
            return;
        int targets = shape.Targets, rowFeatures = shape.RowFeatures;
        var features = scratch[..shape.Features];
        var covariates = scratch.Slice(shape.Features, shape.KnownAhead);
        var last = scratch.Slice(shape.Features + shape.KnownAhead, targets);
        var scale = scratch.Slice(shape.Features + shape.KnownAhead + targets, targets);
        state.WriteFeatures(features);
        for (int c = 0; c < covariates.Length; c++)
            covariates[c] = state.AheadOf(c);
        for (int j = 0; j < targets; j++)
            (last[j], scale[j]) = (state.LastOf(j), state.ScaleOf(j));
        int steps = shape.KnownAhead == 0 ? shape.Horizon : Math.Min(shape.Horizon, ahead.Length / shape.KnownAhead);
        for (int step = 1; step <= steps; step++)
        {
            for (int c = 0; c < covariates.Length; c++)
                covariates[c] = state.Standardised(c, ahead[(step - 1) * shape.KnownAhead + c], covariates[c]);
            ForecastState.WriteStep(
                shape, covariates, shape.Season > 0 ? state.SeasonAgo(step) : [], last, scale, features[rowFeatures..]);
            for (int j = 0; j < targets; j++)
            {
                int place = (step - 1) * targets + j;
                var equation = weights.AsSpan(place * shape.Features, shape.Features);
                double value = last[j] + scale[j] * TensorPrimitives.Dot<double>(features, equation);
                double half = scale[j] * halfWidths[place];
                (point[place], lower[place], upper[place]) = ((float)value, (float)(value - half), (float)(value + half));
            }
        }
        Network?.Correct(state.NetworkAnswer(ahead), state, point, lower, upper);
    }
}
