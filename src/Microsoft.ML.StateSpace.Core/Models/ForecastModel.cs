using System.Numerics.Tensors;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// A linear forecaster, one equation a horizon step and target: <c>y_(t+k) = y_t + s_t w_k (features of t, features of t+k)</c>, with y_t
/// the last value and s_t the running scale of the series.
/// </summary>
/// <param name="shape">The sizes.</param>
/// <param name="scales">What is known before a series is seen.</param>
/// <param name="weights">w, (Equations, Targets, Features).</param>
/// <param name="halfWidths">Half the width of an interval, in units of the running scale, (Horizon, Targets).</param>
internal sealed class ForecastModel(ForecastShape shape, ForecastScales scales, double[] weights, double[] halfWidths)
{
    public ForecastShape Shape => shape;

    public ForecastScales Scales => scales;

    public double[] Weights => weights;

    public double[] HalfWidths => halfWidths;

    public ForecastSteps Steps { get; } = new(shape);

    public ForecastState CreateState() => new(shape, scales);

    /// <summary>The same model without the features of curves, where no equation uses them.</summary>
    public ForecastModel Trimmed()
    {
        if (!shape.IsCurved)
            return this;
        int features = shape.Features;
        var groups = ForecastSteps.GroupsOf(shape);
        int[] curved = [.. Enumerable.Range(0, features).Where(i => ForecastSteps.IsCurve(groups[i].Group))];
        int[] plain = [.. Enumerable.Range(0, features).Except(curved)];
        var equations = Enumerable.Range(0, shape.Equations * shape.Targets).Select(i => i * features);
        if (equations.Any(start => curved.Any(i => weights[start + i] != 0)))
            return this;
        double[] kept = [.. equations.SelectMany(start => plain.Select(i => weights[start + i]))];
        return new ForecastModel(shape with { IsCurved = false }, scales, kept, halfWidths);
    }

    /// <summary>Doubles that <see cref="Forecast"/> needs.</summary>
    public int ScratchSize => shape.Features + shape.KnownAhead + 2 * shape.Targets;

    /// <summary>
    /// Forecasts the rows behind the one that a state has read last, as far as there are equations; a <see cref="ForecastRecursion"/> goes
    /// on from there.
    /// </summary>
    /// <param name="state">What is remembered of the series.</param>
    /// <param name="ahead">
    /// What is known ahead of the next rows, (rows, AheadWidth). Steps behind these rows are NaN where there are covariates known ahead.
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
        Points(state, ahead, scratch, point[..(shape.Equations * shape.Targets)]);
        Bounds(state, point, lower, upper);
    }

    /// <summary>Forecasts some of the next rows of a state whose targets have all had a value, (rows, Targets).</summary>
    public void Points(ForecastState state, ReadOnlySpan<float> ahead, Span<double> scratch, Span<float> point)
    {
        int targets = shape.Targets, rowFeatures = shape.RowFeatures, rows = point.Length / targets;
        var features = scratch[..shape.Features];
        var covariates = scratch.Slice(shape.Features, shape.KnownAhead);
        var last = scratch.Slice(shape.Features + shape.KnownAhead, targets);
        var scale = scratch.Slice(shape.Features + shape.KnownAhead + targets, targets);
        state.WriteFeatures(features);
        for (int c = 0; c < covariates.Length; c++)
            covariates[c] = state.AheadOf(c);
        for (int j = 0; j < targets; j++)
            (last[j], scale[j]) = (state.LastOf(j), state.ScaleOf(j));
        int steps = shape.KnownAhead == 0 ? rows : Math.Min(rows, ahead.Length / shape.AheadWidth);
        double time = 0;
        for (int step = 1; step <= steps; step++)
        {
            var given = ahead.Length >= step * shape.AheadWidth ? ahead.Slice((step - 1) * shape.AheadWidth, shape.AheadWidth) : [];
            time += shape.IsIrregular && given.Length > 0 ? state.Interval(given[^1]) : 1;
            for (int c = 0; c < covariates.Length; c++)
                covariates[c] = state.Standardised(c, given[c], covariates[c]);
            Steps.Write(
                features[..rowFeatures], covariates, shape.Season > 0 ? state.SeasonAgo(step) : [], last, scale, time / step,
                features[rowFeatures..]);
            for (int j = 0; j < targets; j++)
            {
                int place = (step - 1) * targets + j;
                var equation = weights.AsSpan(place * shape.Features, shape.Features);
                point[place] = (float)(last[j] + scale[j] * TensorPrimitives.Dot<double>(features, equation));
            }
        }
    }

    /// <summary>Puts bounds around forecasts that were made from a state, (Horizon, Targets) each.</summary>
    public void Bounds(ForecastState state, ReadOnlySpan<float> point, Span<float> lower, Span<float> upper)
    {
        for (int place = 0; place < point.Length; place++)
        {
            double half = state.ScaleOf(place % shape.Targets) * halfWidths[place];
            (lower[place], upper[place]) = ((float)(point[place] - half), (float)(point[place] + half));
        }
    }
}
