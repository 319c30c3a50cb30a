using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Messages.Doing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>Columns of sequences that are missing, or of a type that is not read.</summary>
internal static class ColumnSituations
{
    private static readonly IDataView Good = Views.Fixed(Ml);

    private static readonly IDataView Tokens = Views.Tokens(Ml);

    public static IEnumerable<Situation> All =>
    [
        new(
            "Name the right column", () => Fit(Classifier(o => o with { FeatureColumnName = "Series" }), Good),
            () => Fit(Classifier(), Good)),
        new(
            "make this one with a step before", () => Fit(Classifier(o => o with { FeatureColumnName = "Series" }), Good),
            () => Fit(Steps.CopyColumns("Series", "Features").Append(Classifier(o => o with { FeatureColumnName = "Series" })), Good)),
        .. Converted(i => new IntegerRow { Features = i }),
        .. Converted(i => new DoubleRow { Features = [.. i.Select(v => (double)v)] }),
        .. Converted(i => new BooleanRow { Features = [.. i.Select(v => v > 1)] }),
        new(
            "Make its texts tokens with mlContext.Transforms.Conversion.MapValueToKey(\"Features\")",
            () => Fit(Classifier(), Keyed(Texts())),
            () => Fit(Conversion.MapValueToKey("Features").Append(Classifier()), Keyed(Texts()))),
        new(
            "mlContext.Transforms.Text.TokenizeIntoCharactersAsKeys(\"Features\", \"Features\")",
            () => Fit(Classifier(), Keyed(Sentences())),
            () => Fit(Steps.Text.TokenizeIntoCharactersAsKeys("Features", "Features").Append(Classifier()), Keyed(Sentences()))),
        new(
            "with TokenizeIntoWords and then MapValueToKey", () => Fit(Classifier(), Keyed(Sentences())),
            () => Fit(
                Steps.Text.TokenizeIntoWords("Features").Append(Conversion.MapValueToKey("Features")).Append(Classifier()),
                Keyed(Sentences()))),
        new(
            "Gather the values of a sequence in one vector with mlContext.Transforms.Concatenate(\"Features\", ...).",
            () => Fit(Classifier(), Keyed(Scalars())),
            () => Fit(Steps.Concatenate("Features", "Features", "Second", "Third").Append(Classifier()), Keyed(Scalars()))),
        new(
            "mlContext.Transforms.Concatenate(\"Features\", ...), of columns that ConvertType has made Single",
            () => Fit(Classifier(), Keyed(Integers())),
            () => Fit(
                Conversion.ConvertType([new("Features"), new("Second")]).Append(Steps.Concatenate("Features", "Features", "Second"))
                    .Append(Classifier()),
                Keyed(Integers()))),
        new(
            "Leave Channels unset", () => Fit(Classifier(o => o with { Channels = 2 }), Tokens), () => Fit(Classifier(), Tokens)),
        new(
            "Map rare tokens to one",
            () => Fit(Classifier(), Keyed(Samples.Tokens(), "Features", Vector(new KeyDataViewType(typeof(uint), 1 << 24), 0))),
            () => Fit(Classifier(), Keyed(Samples.Tokens(), "Features", Vector(new KeyDataViewType(typeof(uint), 5), 0)))),
        new(
            "Give the vector the dimensions (0, channels)",
            () => Fit(Classifier(), Keyed(TwoChannels, "Features", Vector(NumberDataViewType.Single, 6, 0))),
            () => Fit(Classifier(), Keyed(TwoChannels, "Features", Vector(NumberDataViewType.Single, 0, 2)))),
        new(
            "or set Channels", () => Fit(Classifier(), Keyed(TwoChannels, "Features", Vector(NumberDataViewType.Single, 6, 0))),
            () => Fit(Classifier(o => o with { Channels = 2 }), Keyed(TwoChannels, "Features", Vector(NumberDataViewType.Single, 6, 0)))),
        new(
            "do not divide into time steps of 5. Set Channels to the number of values a time step",
            () => Fit(Classifier(o => o with { Channels = 5 }), Good), () => Fit(Classifier(o => o with { Channels = 3 }), Good)),
        new(
            "Give it the type it had in training", () => Score(Fit(Classifier(), Good), Keyed(TwoChannels)),
            () => Score(Fit(Classifier(), Good), Views.Fixed(Ml))),
        new(
            "do not divide into time steps of 2. Give it whole time steps", () => Score(
                Fit(Classifier(), Keyed(TwoChannels)), View([new VariableRow()], "Features", Vector(NumberDataViewType.Single, 11))),
            () => Score(Fit(Classifier(), Keyed(TwoChannels)), Good)),
        new(
            "Make its values Single", () => Score(Fit(Classifier(), Good), View([new IntegerRow { Features = [1, 2] }])),
            () =>
            {
                var view = View([new IntegerRow { Features = [1, 2] }]);
                Score(Fit(Classifier(), Good), Conversion.ConvertType("Features", outputKind: DataKind.Single).Fit(view).Transform(view));
            })
        { Of = "scored" },
        new(
            "mlContext.Transforms.Concatenate(\"Features\", ...)", () => Score(Fit(Classifier(), Good), View([new ScalarRow()])),
            () =>
            {
                var view = View([new ScalarRow()]);
                Score(Fit(Classifier(), Good), Steps.Concatenate("Features", "Features", "Second").Fit(view).Transform(view));
            })
        { Of = "scored" },
        new(
            "ConvertType(\"Target\", outputKind: DataKind.Single)", () => Fit(Series(), View(Targets())),
            () => Fit(Conversion.ConvertType("Target", outputKind: DataKind.Single).Append(Series()), View(Targets()))),
        new(
            "mlContext.Transforms.Concatenate(\"Target\", ...)", () => Fit(Series(), View(ScalarTargets())),
            () => Fit(Steps.Concatenate("Target", "Target", "Second").Append(Series()), View(ScalarTargets()))),
        new(
            "ConvertType(\"Intervals\", outputKind: DataKind.Single)", () => Fit(Irregular(), Keyed(DoubleIntervals())),
            () => Fit(Conversion.ConvertType("Intervals", outputKind: DataKind.Single).Append(Irregular()), Keyed(DoubleIntervals()))),
        new(
            "mlContext.Transforms.Concatenate(\"Intervals\", ...)", () => Fit(Irregular(), Keyed(ScalarIntervals())),
            () => Fit(Steps.Concatenate("Intervals", "Intervals", "Second").Append(Irregular()), Keyed(ScalarIntervals()))),
    ];

    private static SequenceClassificationEstimator Irregular() => Classifier(o => o with { IntervalColumnName = "Intervals" });

    // A column that ConvertType makes what it must be.
    private static IEnumerable<Situation> Converted<TRow>(Func<int[], TRow> make)
        where TRow : class, INamed
    {
        IDataView Rows() => Keyed(Enumerable.Range(0, 12).Select(i =>
        {
            var row = make([i % 2, 2 * (i % 2), 1]);
            row.Name = Samples.Names[i % 2];
            return row;
        }));

        yield return new(
            "ConvertType(\"Features\", outputKind: DataKind.Single)", () => Fit(Classifier(), Rows()),
            () => Fit(Conversion.ConvertType("Features", outputKind: DataKind.Single).Append(Classifier()), Rows()))
        { Of = typeof(TRow).Name };
    }

    private static IEnumerable<TextRow> Texts() => Enumerable.Range(0, 12).Select(i => new TextRow
    {
        Features = i % 2 == 0 ? ["a", "b", "a"] : ["c", "b"], Name = Samples.Names[i % 2],
    });

    private static IEnumerable<SentenceRow> Sentences() => Texts().Select(r => new SentenceRow
    {
        Features = string.Join(' ', r.Features), Name = r.Name,
    });

    private static IEnumerable<ScalarRow> Scalars() => Enumerable.Range(0, 12).Select(i => new ScalarRow
    {
        Features = i % 2, Second = 1, Third = 2, Name = Samples.Names[i % 2],
    });

    private static IEnumerable<ScalarIntegerRow> Integers() => Enumerable.Range(0, 12).Select(i => new ScalarIntegerRow
    {
        Features = i % 2, Second = 1, Name = Samples.Names[i % 2],
    });

    private static IEnumerable<DoubleTargetRow> Targets() => Enumerable.Range(0, 12).Select(i => new DoubleTargetRow
    {
        Input = [i % 3, 1], Target = [i % 2, 2],
    });

    private static IEnumerable<ScalarTargetRow> ScalarTargets() => Enumerable.Range(0, 12).Select(i => new ScalarTargetRow
    {
        Input = [i % 3, 1], Target = i % 2, Second = 2,
    });

    private static IEnumerable<DoubleIntervalRow> DoubleIntervals() => Enumerable.Range(0, 12).Select(i => new DoubleIntervalRow
    {
        Features = [i % 2, 1], Intervals = [1, 1.5], Name = Samples.Names[i % 2],
    });

    private static IEnumerable<ScalarIntervalRow> ScalarIntervals() => Enumerable.Range(0, 12).Select(i => new ScalarIntervalRow
    {
        Features = [i % 2, 1], Intervals = 1, Second = 2, Name = Samples.Names[i % 2],
    });

    private interface INamed
    {
        string Name { get; set; }
    }

    private sealed class IntegerRow : INamed
    {
        public int[] Features { get; set; } = [];

        public string Name { get; set; } = "";
    }

    private sealed class DoubleRow : INamed
    {
        [VectorType(3)]
        public double[] Features { get; set; } = [];

        public string Name { get; set; } = "";
    }

    private sealed class BooleanRow : INamed
    {
        public bool[] Features { get; set; } = [];

        public string Name { get; set; } = "";
    }

    private sealed class TextRow
    {
        public string[] Features { get; set; } = [];

        public string Name { get; set; } = "";
    }

    private sealed class SentenceRow
    {
        public string Features { get; set; } = "";

        public string Name { get; set; } = "";
    }

    private sealed class ScalarRow
    {
        public float Features { get; set; }

        public float Second { get; set; }

        public float Third { get; set; }

        public string Name { get; set; } = "";
    }

    private sealed class ScalarIntegerRow
    {
        public int Features { get; set; }

        public int Second { get; set; }

        public string Name { get; set; } = "";
    }

    private sealed class DoubleTargetRow
    {
        public float[] Input { get; set; } = [];

        public double[] Target { get; set; } = [];
    }

    private sealed class ScalarTargetRow
    {
        public float[] Input { get; set; } = [];

        public float Target { get; set; }

        public float Second { get; set; }
    }

    private sealed class DoubleIntervalRow
    {
        public float[] Features { get; set; } = [];

        public double[] Intervals { get; set; } = [];

        public string Name { get; set; } = "";
    }

    private sealed class ScalarIntervalRow
    {
        public float[] Features { get; set; } = [];

        public float Intervals { get; set; }

        public float Second { get; set; }

        public string Name { get; set; } = "";
    }
}
