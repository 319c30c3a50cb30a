using Microsoft.ML;
using static System.FormattableString;

namespace LongRangeArena;

/// <summary>Rows of a task with the columns Features and Label, and what can be told of them without a model.</summary>
internal sealed record ArenaData
{
    public required IDataView Train { get; init; }

    public required IDataView Validation { get; init; }

    public required IDataView Test { get; init; }

    /// <summary>Number of classes.</summary>
    public required int Classes { get; init; }

    /// <summary>Share of the test rows whose class is the most frequent one of the training rows.</summary>
    public required double MajorityAccuracy { get; init; }

    /// <summary>The shortest and the longest row, in time steps.</summary>
    public required string Lengths { get; init; }

    private (int Train, int Validation, int Test) Counts { get; init; }

    public string Describe()
        => Invariant($"{Counts.Train:N0} rows to learn from, {Counts.Validation:N0} to choose the epoch by, ")
            + Invariant($"{Counts.Test:N0} to be judged by");

    /// <summary>Rows in three parts; the last two are of that size.</summary>
    /// <param name="mlContext">Makes views of them.</param>
    /// <param name="rows">All rows, in an order that tells nothing.</param>
    /// <param name="heldOut">Rows of the second part, and of the third.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="classOf">The class of a row.</param>
    /// <param name="lengthOf">The time steps of a row.</param>
    public static ArenaData Split<TRow>(
        MLContext mlContext, List<TRow> rows, int heldOut, int classes, Func<TRow, int> classOf, Func<TRow, int> lengthOf)
        where TRow : class
    {
        List<TRow> train = rows[..^(2 * heldOut)], validation = rows[^(2 * heldOut)..^heldOut], test = rows[^heldOut..];
        int majority = train.CountBy(classOf).MaxBy(count => count.Value).Key;
        return new()
        {
            Train = mlContext.Data.LoadFromEnumerable(train),
            Validation = mlContext.Data.LoadFromEnumerable(validation),
            Test = mlContext.Data.LoadFromEnumerable(test),
            Classes = classes,
            MajorityAccuracy = test.Average(row => classOf(row) == majority ? 1.0 : 0.0),
            Lengths = rows.Min(lengthOf) == rows.Max(lengthOf) ? Invariant($"{rows.Max(lengthOf):N0}")
                : Invariant($"{rows.Min(lengthOf):N0}-{rows.Max(lengthOf):N0}"),
            Counts = (train.Count, heldOut, heldOut),
        };
    }
}
