using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Forecasting;

/// <summary>Reads rows of series, as <see cref="ForecastState"/> does.</summary>
internal sealed class OnnxForecastState(GraphBuilder graph, ForecastShape shape, ForecastScales scales, Numbers numbers)
{
    private readonly ForecastWaves _waves = ForecastWaves.Of(shape);

    /// <summary>What is remembered behind the next row; what the network remembers stays as it was.</summary>
    /// <param name="before">What is remembered before it.</param>
    /// <param name="row">(batch, Width), doubles.</param>
    public ForecastMemory Observe(ForecastMemory before, Value row)
    {
        Value interval = default;
        var next = before;
        if (shape.IsIrregular)
        {
            var isFirst = before.Rows.EqualTo(numbers.Of(0));
            interval = isFirst.Choose(numbers.Of(1), numbers.Intervals(row.Slice(1, shape.Width - 1)));
            next = next with { Elapsed = numbers.Elapsed(interval) };
        }
        next = Targets(next, row.Slice(1, 0, shape.Targets), interval);
        if (shape.Covariates > 0)
            next = Covariates(next, row.Slice(1, shape.Targets, shape.Targets + shape.Covariates), interval);
        if (shape.Statics > 0)
        {
            long start = shape.Targets + shape.Covariates;
            var given = row.Slice(1, start, start + shape.Statics);
            next = next with { Statics = Covariate(given, before.Statics, shape.Covariates, shape.Statics) };
        }
        if (shape.Season > 0)
            next = next with { Season = Value.Concat(1, before.Season.Slice(1, 1), Kept(next).Unsqueeze(1)) };
        return next with { Rows = before.Rows + numbers.Of(1) };
    }

    /// <summary>Which series have had a value of every target, (batch, 1).</summary>
    public Value IsStarted(ForecastMemory memory)
        => memory.Count.Less(numbers.Of(1)).To(ElementType.Float).Sum(1, keep: true).EqualTo(graph.Constant(0f));

    /// <summary>The running standard deviations of the targets, (batch, targets).</summary>
    public Value Scale(ForecastMemory memory)
    {
        var prior = memory.First * numbers.Of("Ratios", scales.Ratio);
        var rows = memory.Count.Min(numbers.Of(ForecastState.ScaleMemory));
        var sum = rows * memory.Variance + numbers.Of(ForecastState.PriorRows) * prior * prior;
        return (sum / (rows + numbers.Of(ForecastState.PriorRows - 1))).Sqrt().Max(numbers.Of("Floors", scales.Floor));
    }

    /// <summary>The covariates known ahead of the row that was read last, (batch, KnownAhead).</summary>
    public Value Ahead(ForecastMemory memory)
        => memory.Covariates.Slice(1, shape.KnownSoFar, shape.Covariates).Slice(2, 0, 1).Squeeze(2);

    private ForecastMemory Targets(ForecastMemory before, Value given, Value interval)
    {
        var isKnown = numbers.IsKnown(given);
        var isFresh = before.Count.Less(numbers.Of(1));
        var isRead = isKnown.Or(isFresh.Not());
        var value = isKnown.Choose(given, before.Last);
        // Each with an axis for lags, averages and waves.
        Value values = value.Unsqueeze(2), areFresh = isFresh.Unsqueeze(2), areRead = isRead.Unsqueeze(2);

        var shifted = Value.Concat(2, before.Last.Unsqueeze(2), before.Lags.Slice(2, 0, ForecastShape.Lags - 1));
        var memories = numbers.Of("TargetMemories", ForecastShape.TargetMemories);
        var share = Share(memories.Min(before.Count.Unsqueeze(2) + numbers.Of(1)), interval, axes: 2);
        var averages = areFresh.Choose(values, before.Averages + share * (values - before.Averages));

        var count = before.Count + isKnown.To(ElementType.Double);
        var mean = isFresh.Choose(value, before.Mean);
        var off = value - mean;
        var step = Share(count.Max(numbers.Of(1)).Min(numbers.Of(ForecastState.ScaleMemory)), interval, axes: 1);
        var variance = (numbers.Of(1) - step) * (before.Variance + step * off * off);
        var next = before with
        {
            Last = isRead.Choose(value, before.Last),
            First = isKnown.And(isFresh).Choose(value, before.First),
            Mean = isKnown.Choose(mean + step * off, before.Mean),
            Variance = isKnown.Choose(variance, before.Variance),
            Count = count,
            Lags = areRead.Choose(areFresh.Choose(values, shifted), before.Lags),
            Averages = areRead.Choose(averages, before.Averages),
        };
        return shape.Harmonics == 0 ? next : Ring(next, values - averages.Slice(2, _waves.Average, _waves.Average + 1), areRead);
    }

    private ForecastMemory Ring(ForecastMemory before, Value off, Value areRead)
    {
        Value real = numbers.Of("WavesReal", _waves.Real), imaginary = numbers.Of("WavesImaginary", _waves.Imaginary);
        return before with
        {
            Real = areRead.Choose(
                before.Real * real - before.Imaginary * imaginary + numbers.Of(_waves.Gain) * off, before.Real),
            Imaginary = areRead.Choose(before.Real * imaginary + before.Imaginary * real, before.Imaginary),
        };
    }

    private ForecastMemory Covariates(ForecastMemory before, Value given, Value interval)
    {
        var last = before.Covariates.Slice(1, 0, shape.Covariates).Slice(2, 0, 1).Squeeze(2);
        var values = Covariate(given, last, 0, shape.Covariates);
        if (shape.Squares > 0)
        {
            var ahead = numbers.Bounded(values.Slice(1, shape.KnownSoFar), -ForecastSteps.Largest, ForecastSteps.Largest);
            values = Value.Concat(1, values, ahead * ahead);
        }
        values = values.Unsqueeze(2);
        var memories = numbers.Of("CovariateMemories", ForecastShape.CovariateMemories);
        var share = Share(memories.Min(before.Rows + numbers.Of(1)).Unsqueeze(1), interval, axes: 2);
        var averages = before.Covariates.Slice(2, 1);
        return before with { Covariates = Value.Concat(2, values, averages + share * (values - averages)) };
    }

    // Standardised covariates, and those of the row before in the place of missing ones.
    private Value Covariate(Value given, Value before, int first, int count)
        => numbers.IsKnown(given).Choose(numbers.Standardised(given, first, count), before);

    // The targets and the covariates known ahead, (batch, Kept); NaN for a target that has had no value.
    private Value Kept(ForecastMemory memory)
    {
        var targets = memory.Count.Less(numbers.Of(1)).Choose(numbers.Of(double.NaN), memory.Last);
        return shape.KnownAhead == 0 ? targets : Value.Concat(1, targets, Ahead(memory));
    }

    /// <summary>What of a new value goes into averages that remember so many rows.</summary>
    /// <param name="memory">(batch, ...), with this many axes behind the batch.</param>
    /// <param name="interval">The interval before the row, (batch, 1), or none where all are equal.</param>
    /// <param name="axes">The axes.</param>
    private Value Share(Value memory, Value interval, int axes)
    {
        if (!shape.IsIrregular)
            return memory.Reciprocal();
        var one = numbers.Of(1);
        return one - graph.Node("Pow", one - memory.Reciprocal(), axes == 2 ? interval.Unsqueeze(2) : interval);
    }
}
