using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Graph;

namespace Microsoft.ML.StateSpace.Onnx.Forecasting;

/// <summary>The features of rows and of horizon steps, as <see cref="ForecastState"/> and <see cref="ForecastSteps"/> write them.</summary>
internal sealed class OnnxForecastFeatures(GraphBuilder graph, ForecastShape shape, ForecastSteps steps, Numbers numbers)
{
    /// <summary>The features of the row that was read last, (batch, RowFeatures).</summary>
    /// <param name="memory">What is remembered.</param>
    /// <param name="scale">The running scales, (batch, targets).</param>
    public Value OfRow(ForecastMemory memory, Value scale)
    {
        var unit = scale.Unsqueeze(2);
        var past = Value.Concat(2, memory.Lags, memory.Averages) - memory.Last.Unsqueeze(2);
        var targets = past / unit;
        if (shape.Harmonics > 0)
        {
            // The two parts of a wave stand side by side.
            var waves = Value.Concat(3, memory.Real.Unsqueeze(3), memory.Imaginary.Unsqueeze(3));
            targets = Value.Concat(2, targets, waves.Reshape(0, 0, 2 * shape.Harmonics) / unit);
        }
        List<Value> parts =
        [
            numbers.Of("One", [1]).Unsqueeze(0).Expand(Value.Concat(0, memory.Rows.Extent(0), graph.Constant([1L]))),
            targets.Reshape(-1, shape.Targets * shape.TargetFeatures),
        ];
        if (shape.Covariates > 0)
            parts.Add(memory.Covariates.Reshape(-1, (shape.Covariates + shape.Squares) * shape.CovariateFeatures));
        if (shape.Statics > 0)
            parts.Add(memory.Statics);
        if (shape.IsIrregular)
            parts.Add(memory.Elapsed);
        return Value.Concat(1, [.. parts]);
    }

    /// <summary>The features of some horizon steps, (batch, steps, StepFeatures).</summary>
    /// <param name="memory">What is remembered.</param>
    /// <param name="row">The features of the row, (batch, RowFeatures).</param>
    /// <param name="scale">The running scales, (batch, targets).</param>
    /// <param name="ahead">The covariates of the steps as features have them, (batch, steps, KnownAhead).</param>
    /// <param name="intervals">The mean interval from the row to each step, (batch, steps, 1).</param>
    /// <param name="count">How many steps.</param>
    public Value OfSteps(ForecastMemory memory, Value row, Value scale, Value ahead, Value intervals, int count)
    {
        var parts = new List<Value>();
        if (shape.KnownAhead > 0)
            parts.Add(ahead);
        if (shape.Season > 0)
            parts.AddRange(SeasonAgo(memory, scale, count));
        if (shape.IsIrregular)
            parts.Add(numbers.Elapsed(intervals));
        if (steps.Products.Count > 0)
            parts.Add(Products(memory, row, scale, [.. parts], count));
        return Value.Concat(2, [.. parts]);
    }

    // What lies in the last season where the steps lie in theirs; 0 where it was not seen.
    private Value[] SeasonAgo(ForecastMemory memory, Value scale, int count)
    {
        long[] back = [.. Enumerable.Range(1, count).Select(step => (long)(shape.SeasonsBack(step) - step))];
        var rows = memory.Season.Gather(graph.Constant([.. back.Select(rows => shape.Season - 1 - rows)]), axis: 1);
        var isSeen = graph.Doubles("RowsBack", [.. back.Select(rows => (double)rows)], 1, count, 1).Less(memory.Rows.Unsqueeze(2));
        var targets = (rows.Slice(2, 0, shape.Targets) - memory.Last.Unsqueeze(1)) / scale.Unsqueeze(1);
        targets = isSeen.And(targets.IsNaN().Not()).Choose(targets, numbers.Of(0));
        return shape.KnownAhead == 0
            ? [targets]
            : [targets, isSeen.Choose(rows.Slice(2, shape.Targets), numbers.Of(0))];
    }

    // Both factors of each product are gathered from one list: all features bounded, then the features themselves, then the levels.
    private Value Products(ForecastMemory memory, Value row, Value scale, Value[] plain, int count)
    {
        var shapeOfRows = Value.Concat(0, row.Extent(0), graph.Constant(count, shape.RowFeatures));
        var features = Value.Concat(2, [row.Unsqueeze(1).Expand(shapeOfRows), .. plain]);
        var bounded = numbers.Bounded(features, -ForecastSteps.Largest, ForecastSteps.Largest);
        var averages = memory.Averages.Slice(2, ForecastSteps.LevelMemory, ForecastSteps.LevelMemory + 1).Squeeze(2);
        // The level in units of the scale: the feature is the average less the last value.
        var levels = (memory.Last / scale + (averages - memory.Last) / scale).Unsqueeze(1)
            .Expand(Value.Concat(0, row.Extent(0), graph.Constant(count, shape.Targets)));
        int all = shape.RowFeatures + shape.PlainStepFeatures;
        var factors = Value.Concat(2, bounded, features, levels);
        long[] left = [.. steps.Products.Select(p => p.IsOfLevel ? 2L * all + p.Target : p.Left)];
        long[] right = [.. steps.Products.Select(p => p.IsBounded ? p.Right : (long)all + p.Right)];
        return factors.Gather(graph.Constant(left), axis: 2) * factors.Gather(graph.Constant(right), axis: 2);
    }
}
