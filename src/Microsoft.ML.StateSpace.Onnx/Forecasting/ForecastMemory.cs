using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Graph;

namespace Microsoft.ML.StateSpace.Onnx.Forecasting;

/// <summary>
/// What a forecaster remembers of each series of a batch, as the parts of its one state, (batch, size): all zeros before the first row.
/// What the network remembers stands behind all else.
/// </summary>
internal sealed record ForecastMemory
{
    /// <summary>Rows that were read, (batch, 1).</summary>
    public required Value Rows { get; init; }

    /// <summary>The last value of each target, (batch, targets).</summary>
    public required Value Last { get; init; }

    /// <summary>The first value of each target, (batch, targets).</summary>
    public required Value First { get; init; }

    /// <summary>The running mean, (batch, targets).</summary>
    public required Value Mean { get; init; }

    /// <summary>The running variance, (batch, targets).</summary>
    public required Value Variance { get; init; }

    /// <summary>Values that were not missing, (batch, targets).</summary>
    public required Value Count { get; init; }

    /// <summary>Values before the last one, the newest first, (batch, targets, lags).</summary>
    public required Value Lags { get; init; }

    /// <summary>Averages of each memory, (batch, targets, memories).</summary>
    public required Value Averages { get; init; }

    /// <summary>The real parts of the filters of a season, (batch, targets, harmonics); nothing without a season.</summary>
    public required Value Real { get; init; }

    /// <summary>Their imaginary parts.</summary>
    public required Value Imaginary { get; init; }

    /// <summary>Covariates and squares, each with its averages, (batch, covariates, 1 + memories).</summary>
    public required Value Covariates { get; init; }

    /// <summary>Static covariates, (batch, statics).</summary>
    public required Value Statics { get; init; }

    /// <summary>The feature of the interval before the last row, (batch, 1).</summary>
    public required Value Elapsed { get; init; }

    /// <summary>The rows of the last season, the newest last, (batch, season, kept).</summary>
    public required Value Season { get; init; }

    /// <summary>What the network remembers, (batch, any size); nothing without one.</summary>
    public required Value Network { get; init; }

    /// <summary>Values of the state in front of those of the network.</summary>
    public static long SizeOf(ForecastShape shape) => Extents(shape).Sum(extents => extents.Aggregate(1L, (size, extent) => size * extent));

    /// <summary>Takes a state apart.</summary>
    /// <param name="state">(batch, size).</param>
    /// <param name="shape">The sizes of the forecaster.</param>
    /// <param name="hasNetwork">Whether a network remembers something behind it.</param>
    public static ForecastMemory Of(Value state, ForecastShape shape, bool hasNetwork)
    {
        long start = 0;
        var parts = new List<Value>();
        foreach (long[] extents in Extents(shape))
        {
            long size = extents.Aggregate(1L, (product, extent) => product * extent);
            var part = size == 0 ? default : state.Slice(1, start, start + size);
            parts.Add(size == 0 || extents.Length == 1 ? part : part.Reshape([-1, .. extents]));
            start += size;
        }
        return new()
        {
            Rows = parts[0], Last = parts[1], First = parts[2], Mean = parts[3], Variance = parts[4], Count = parts[5], Lags = parts[6],
            Averages = parts[7], Real = parts[8], Imaginary = parts[9], Covariates = parts[10], Statics = parts[11], Elapsed = parts[12],
            Season = parts[13], Network = hasNetwork ? state.Slice(1, start) : default,
        };
    }

    /// <summary>The state of these parts, (batch, size).</summary>
    public Value ToState(ForecastShape shape)
    {
        Value[] parts =
        [
            Rows, Last, First, Mean, Variance, Count, Lags, Averages, Real, Imaginary, Covariates, Statics, Elapsed, Season,
        ];
        var flat = parts.Zip(Extents(shape), (part, extents) => extents.Contains(0) || extents.Length == 1 ? part
            : part.Reshape(-1, extents.Aggregate(1L, (product, extent) => product * extent)));
        return Value.Concat(1, [.. flat.Append(Network).Where(part => part.Builder is not null)]);
    }

    // In the order of the parts, behind the batch.
    private static long[][] Extents(ForecastShape shape)
    {
        long targets = shape.Targets;
        return
        [
            [1], [targets], [targets], [targets], [targets], [targets], [targets, ForecastShape.Lags],
            [targets, ForecastShape.TargetMemories.Length], [targets, shape.Harmonics], [targets, shape.Harmonics],
            [shape.Covariates + shape.Squares, shape.CovariateFeatures], [shape.Statics], [shape.IsIrregular ? 1 : 0],
            [shape.Season, shape.Kept],
        ];
    }
}
