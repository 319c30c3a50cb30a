using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Messages.Doing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>Rows that cannot be trained on or scored.</summary>
internal static class RowSituations
{
    private static readonly SequenceClassificationEstimator Irregular
        = Classifier(o => o with { Channels = 2, IntervalColumnName = "Intervals" });

    private static readonly SequenceClassificationEstimator Strict = Classifier(o => o with { MissingValues = MissingValues.Error });

    public static IEnumerable<Situation> All =>
    [
        new(
            "mlContext.Transforms.ReplaceMissingValues(\"Features\")", () => Fit(Strict, Keyed(With(float.NaN))),
            () => Fit(Steps.ReplaceMissingValues("Features").Append(Strict), Keyed(With(float.NaN)))),
        new(
            "drop the row with mlContext.Data.FilterRowsByMissingValues(data, \"Features\")",
            () => Fit(Strict, Keyed(With(float.NaN))),
            () => Fit(Strict, Ml.Data.FilterRowsByMissingValues(Keyed(With(float.NaN)), "Features"))),
        new(
            "mlContext.Transforms.ReplaceMissingValues(\"Target\")",
            () => Fit(Series(o => o with { MissingValues = MissingValues.Error }), View(Targets(float.NaN))),
            () => Fit(
                Steps.ReplaceMissingValues("Target").Append(Series(o => o with { MissingValues = MissingValues.Error })),
                View(Targets(float.NaN)))),
        new(
            "Replace such values first, for instance with mlContext.Transforms.CustomMapping",
            () => Fit(Classifier(), Keyed(With(float.PositiveInfinity))),
            () => Fit(
                Steps.CustomMapping<FixedRow, Cleaned>(
                    (row, cleaned) => cleaned.Features = [.. row.Features.Select(v => float.IsInfinity(v) ? 0 : v)], null)
                    .Append(Classifier()),
                Keyed(With(float.PositiveInfinity)))),
        new(
            "drop the row with mlContext.Data.FilterByCustomPredicate", () => Fit(Classifier(), Keyed(With(float.PositiveInfinity))),
            () => Fit(
                Classifier(),
                Ml.Data.FilterByCustomPredicate<FixedRow>(
                    Keyed(With(float.PositiveInfinity)), row => row.Features.Any(float.IsInfinity)))),
        new(
            "Drop such rows with mlContext.Data.FilterRowsByMissingValues(data, \"Label\")", () => Fit(Classifier(), MissingLabel()),
            () => Fit(Classifier(), Ml.Data.FilterRowsByMissingValues(MissingLabel(), "Label"))),
        new(
            "make the keys from all labels that occur", () => Fit(Classifier(), MissingLabel()),
            () => Fit(Classifier(), Keyed(Samples.Fixed()))),
        new(
            "drop the empty ones with mlContext.Data.FilterByCustomPredicate",
            () => Fit(Classifier(o => o with { Channels = 2 }), Keyed(Empty())),
            () => Fit(
                Classifier(o => o with { Channels = 2 }),
                Ml.Data.FilterByCustomPredicate<VariableRow>(Keyed(Empty()), row => row.Features.Length == 0))),
        new(
            "in training, set Channels to the number of values a time step",
            () => Fit(Classifier(o => o with { Channels = 3 }), Keyed(Samples.Variable())),
            () => Fit(Classifier(o => o with { Channels = 2 }), Keyed(Samples.Variable()))),
        new(
            "no whole number of time steps of 2 channels. Give it whole time steps",
            () => Score(Fit(Classifier(), Keyed(TwoChannels)), View([new VariableRow { Features = new float[7] }])),
            () => Score(Fit(Classifier(), Keyed(TwoChannels)), View([new VariableRow { Features = new float[8] }]))),
        new(
            "Set Channels and Outputs to the numbers of values a time step in the two columns",
            () => Fit(Series(o => o with { Channels = 1, Outputs = 2 }), View(Samples.VariableSignals())),
            () => Fit(Series(o => o with { Channels = 2, Outputs = 2 }), View(Samples.VariableSignals()))),
        new(
            "Check the path of the file and the filters before this step",
            () => Fit(Classifier(), Ml.Data.FilterRowsByColumn(Keyed(Samples.Fixed()), "Weight", lowerBound: 1e6)),
            () => Fit(Classifier(), Ml.Data.FilterRowsByColumn(Keyed(Samples.Fixed()), "Weight", lowerBound: -1e6))),
        new(
            "Merge time steps that have the same time", () => Fit(Irregular, Keyed(Intervals(0))),
            () => Fit(Irregular, Keyed(Intervals(0).Select(Merged)))),
        new(
            "put the rows in the order of time", () => Fit(Irregular, Keyed(Intervals(-1))), () => Fit(Irregular, Keyed(Intervals(1)))),
    ];

    private static FixedRow[] With(float value)
    {
        var rows = Samples.Fixed();
        rows[3].Features[2] = value;
        return rows;
    }

    private static SignalRow[] Targets(float value)
    {
        var rows = Samples.Signals();
        rows[3].Target[2] = value;
        return rows;
    }

    private static VariableRow[] Empty()
    {
        var rows = Samples.Variable();
        rows[3].Features = [];
        return rows;
    }

    // The keys are those of some rows, and one row more has another name.
    private static IDataView MissingLabel()
    {
        var rows = Samples.Fixed();
        rows[2].Name = "unheard of";
        return Conversion.MapValueToKey("Label", "Name").Fit(View(Samples.Fixed())).Transform(View(rows));
    }

    private static IrregularRow[] Intervals(float second)
    {
        var rows = Samples.Irregular();
        rows[3].Intervals[1] = second;
        return rows;
    }

    private static IrregularRow Merged(IrregularRow row)
    {
        int[] kept = [.. Enumerable.Range(0, row.Intervals.Length).Where(t => row.Intervals[t] > 0)];
        return new()
        {
            Features = [.. kept.SelectMany(t => row.Features[(2 * t)..(2 * t + 2)])], Intervals = [.. kept.Select(t => row.Intervals[t])],
            Name = row.Name,
        };
    }

    private sealed class Cleaned
    {
        [VectorType(12)]
        public float[] Features { get; set; } = [];
    }
}
