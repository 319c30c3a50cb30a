using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Tables;
using static Microsoft.ML.StateSpace.Tests.Messages.Doing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>Tables of which no sequences can be made as they are.</summary>
internal static class TableSituations
{
    private static readonly SequenceTableOptions Options = Readings.Options;

    private static readonly Reading[] Good = Readings.Of(3, 4);

    public static IEnumerable<Situation> All => [.. OfRows, .. OfColumns, .. OfOptions, .. OfPredictions];

    private static IEnumerable<Situation> OfRows =>
    [
        new(
            "after rows of other groups. Set SortsRows to true", () => Read([.. Good, .. Good[..1]], Options),
            () => Read([.. Good, .. Good[..1]], Options with { SortsRows = true })),
        new(
            "or put the rows of a group together", () => Read([.. Good, .. Good[..1]], Options),
            () => Read([.. Good[..1], .. Good], Options)),
        new("names no group. Drop such rows", () => Read(With(row => row.Machine = ""), Options), () => Read(Without(2), Options)),
        new(
            "inside of one group. Set SortsRows to true", () => Read([.. Good.Reverse()], Ordered),
            () => Read([.. Good.Reverse()], Ordered with { SortsRows = true })),
        new("or put the rows of each group in its order", () => Read([.. Good.Reverse()], Ordered), () => Read(Good, Ordered)),
        new(
            "has no value, so the row has no place in time. Drop such rows", () => Read(With(row => row.Hour = float.NaN), Ordered),
            () => Read(Without(2), Ordered)),
        new("or fill the column", () => Read(With(row => row.Time = default), Timed), () => Read(Good, Timed)) { Of = "time" },
        new("Merge rows of the same time", () => Read(With(row => row.Time = Good[1].Time), Timed), () => Read(Without(2), Timed)),
        new(
            "Order the rows by time with SortsRows", () => Read([.. Good.Reverse()], Timed with { OrderColumnName = "Flow" }),
            () => Read([.. Good.Reverse()], Timed with { SortsRows = true })),
        new(
            "and set TimeUnit to the usual step", () => Read(Good, Timed with { TimeUnit = 1e-300 }),
            () => Read(Good, Timed with { TimeUnit = 3600 })),
        new(
            "Set Target to EveryStep", () => Read(Good, Options with { LabelColumnNames = ["Load"] }),
            () => Read(Good, Options with { LabelColumnNames = ["Load"], Target = TableTarget.EveryStep })),
        new(
            "or name a column that is constant in a group", () => Read(Good, Options with { LabelColumnNames = ["Load"] }),
            () => Read(Good, Options with { LabelColumnNames = ["Fault"] })),
    ];

    private static IEnumerable<Situation> OfColumns =>
    [
        new(
            "Name another column as GroupColumnName", () => Read(Prepared, Options with { GroupColumnName = "Both" }),
            () => Read(Prepared, Options)),
        new(
            "ConvertType(\"Stamp\", outputKind: DataKind.DateTime)", () => Read(Stamped(), Options with { TimeColumnName = "Stamp" }),
            () => Read(
                Transform(Conversion.ConvertType("Stamp", outputKind: DataKind.DateTime), Stamped()),
                Options with { TimeColumnName = "Stamp" })),
        new(
            "Name another column as OrderColumnName", () => Read(Prepared, Options with { OrderColumnName = "Both" }),
            () => Read(Prepared, Ordered)),
        Features("Leave it out of FeatureColumnNames.", ["Pressure", "Texts"], ["Pressure"]),
        Features("Leave it out of FeatureColumnNames; times", ["Pressure", "Time"], ["Pressure"]),
        new(
            "times belong to TimeColumnName", () => Read(Prepared, Options with { FeatureColumnNames = ["Pressure", "Time"] }),
            () => Read(Prepared, Timed)),
        new(
            "MapKeyToVector(\"Key\")", () => Read(Prepared, Options with { FeatureColumnNames = ["Pressure", "Key"] }),
            () => Read(
                Transform(Conversion.MapKeyToVector("Key"), Prepared), Options with { FeatureColumnNames = ["Pressure", "Key"] })),
        Features("or name it alone to make tokens of it", ["Pressure", "Key"], ["Key"]),
        new(
            "OneHotEncoding(\"Fault\")", () => Read(Prepared, Options with { FeatureColumnNames = ["Fault"] }),
            () => Read(
                Transform(Steps.Categorical.OneHotEncoding("Fault"), Prepared),
                Options with { FeatureColumnNames = ["Pressure", "Fault"] })),
        new(
            "make it tokens with mlContext.Transforms.Conversion.MapValueToKey(\"Fault\")",
            () => Read(Prepared, Options with { FeatureColumnNames = ["Fault"] }),
            () => Read(Transform(Conversion.MapValueToKey("Fault"), Prepared), Options with { FeatureColumnNames = ["Fault"] })),
        new(
            "Name it alone in LabelColumnNames", () => Read(Prepared, Options with { LabelColumnNames = ["Valve", "Fault"] }),
            () => Read(Prepared, Options with { LabelColumnNames = ["Fault"] })),
        new(
            "Take it out of LabelColumnNames",
            () => Read(Prepared, Options with { LabelColumnNames = ["Pressure", "Texts"], Target = TableTarget.EveryStep }),
            () => Read(Prepared, Options with { LabelColumnNames = ["Pressure"], Target = TableTarget.EveryStep })),
    ];

    private static IEnumerable<Situation> OfOptions =>
    [
        Features("Name at least one column with values of the time steps", [], ["Pressure"]),
        Features("holds an empty name. Give it the name of a column", ["Pressure", ""], ["Pressure"]),
        new(
            "Leave it null for the median step", () => Read(Good, Timed with { TimeUnit = 0 }),
            () => Read(Good, Timed with { TimeUnit = null })),
        new(
            "names that differ from one another and from GroupColumnName",
            () => Read(Good, Options with { FeatureOutputColumnName = "Machine" }),
            () => Read(Good, Options with { FeatureOutputColumnName = "Readings" })),
        new("Set it to the number of rows of a window", () => Windows(0), () => Windows(2)),
        new(
            "Set Length to a smaller number", () => Windows(WindowOptions.Largest, [.. Enumerable.Repeat("Pressure", 3000)]),
            () => Windows(2, [.. Enumerable.Repeat("Pressure", 3000)])),
        new(
            "Call Transform with all rows of a sequence", () => Step().GetRowToRowMapper(View(Good).Schema),
            () => Step().Transform(View(Good)).Preview()),
        new(
            "or make the engine of the steps behind this one", () => Step().GetRowToRowMapper(View(Good).Schema),
            () =>
            {
                var sequences = Step().Transform(View(Good));
                ((ITransformer)Steps.CopyColumns("Copy", "Features").Fit(sequences)).GetRowToRowMapper(sequences.Schema);
            }),
    ];

    private static IEnumerable<Situation> OfPredictions =>
    [
        new(
            "Keep that column, and give columns of other steps another name",
            () => Join(Transform(Conversion.ConvertType("FirstRow", outputKind: DataKind.Single), Answers), Good),
            () => Join(Answers, Good)),
        new(
            "Leave the predictions in the order in which ToSequences or ToWindows makes them",
            () => Join(new Reversed(Answers), Good), () => Join(Answers, Good)),
        new("Give the table that the sequences were made of", () => Join(Answers, Readings.Of(2, 4)), () => Join(Answers, Good)),
        new(
            "Name the columns that belong to time steps, and leave out this one", () => JoinSteps(), () => JoinSteps("Features")),
    ];

    private static SequenceTableOptions Ordered => Options with { OrderColumnName = "Hour" };

    private static SequenceTableOptions Timed => Options with { TimeColumnName = "Time" };

    // Also with a key, a vector, and a vector whose size varies.
    private static IDataView Prepared => Transform(
        Conversion.MapValueToKey("Key", "Fault").Append(Steps.Concatenate("Both", "Pressure", "Load"))
            .Append(Steps.Text.TokenizeIntoWords("Texts", "Fault")),
        View(Good));

    private static IDataView Answers => Ml.Data.ToSequences(View(Good), Options);

    private static IDataView Stamped()
        => View(Good.Select(row => new { row.Machine, row.Pressure, Stamp = row.Time.ToString("s") }));

    private static IDataView Transform(IEstimator<ITransformer> step, IDataView view) => step.Fit(view).Transform(view);

    private static Situation Features(string says, string[] wrong, string[] right)
        => new(
            says, () => Read(Prepared, Options with { FeatureColumnNames = wrong }),
            () => Read(Prepared, Options with { FeatureColumnNames = right }));

    private static SequenceTableTransformer Step() => Steps.StateSpace.ToSequences(Options).Fit(View(Good));

    private static void Windows(int length, string[]? features = null)
        => Ml.Data.ToWindows(View(Good), length, "Machine", features ?? ["Pressure"]).Preview();

    private static void Join(IDataView predictions, Reading[] table)
        => ReadAll(Ml.Data.FromSequences(predictions, View(table), Options, "Features"));

    // Two vectors that could be of time steps; one is not.
    private static void JoinSteps(params string[] columns)
    {
        var options = Options with { Target = TableTarget.EveryStep };
        var sequences = Ml.Data.ToSequences(View(Good), options);
        var answers = Transform(Steps.Text.TokenizeIntoWords("Words", "Machine"), sequences);
        ReadAll(Ml.Data.FromSequences(answers, View(Good), options, columns is [] ? ["Words"] : columns));
    }

    private static void Read(Reading[] rows, SequenceTableOptions options) => Read(View(rows), options);

    private static void Read(IDataView table, SequenceTableOptions options) => ReadAll(Ml.Data.ToSequences(table, options));

    private static void ReadAll(IDataView view)
    {
        using var cursor = view.GetRowCursor(view.Schema);
        var readers = view.Schema.Select(column => Plain.Reader(cursor, column)).ToArray();
        while (cursor.MoveNext())
            foreach (var read in readers)
                read();
    }

    private static Reading[] With(Action<Reading> change)
    {
        var rows = Readings.Of(3, 4);
        change(rows[2]);
        return rows;
    }

    private static Reading[] Without(int row) => [.. Good[..row], .. Good[(row + 1)..]];
}
