using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Messages.Doing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>Labels of a type that is not read, and labels whose keys do not fit together.</summary>
internal static class LabelSituations
{
    private static readonly IDataView Good = Views.Fixed(Ml);

    private static readonly IDataView Text = View(Samples.Fixed());

    public static IEnumerable<Situation> All =>
    [
        new(
            "Make it one with mlContext.Transforms.Conversion.MapValueToKey(\"Name\")",
            () => Fit(Classifier(o => o with { LabelColumnName = "Name" }), Text),
            () => Fit(Conversion.MapValueToKey("Name").Append(Classifier(o => o with { LabelColumnName = "Name" })), Text)),
        new(
            "ConvertType(\"Label\", outputKind: DataKind.Boolean)", () => Fit(Binary(), View(Answers(i => i))),
            () => Fit(Conversion.ConvertType("Label", outputKind: DataKind.Boolean).Append(Binary()), View(Answers(i => i))))
        { Of = "numbers" },
        new(
            "ConvertType(\"Label\", outputKind: DataKind.Boolean)", () => Fit(Binary(), View(Answers(i => i == 1 ? "true" : "false"))),
            () => Fit(
                Conversion.ConvertType("Label", outputKind: DataKind.Boolean).Append(Binary()),
                View(Answers(i => i == 1 ? "true" : "false"))))
        { Of = "texts" },
        new(
            ", or use mlContext.MulticlassClassification.Trainers.StateSpace, which takes a key",
            () => Fit(Binary(), View(Answers(i => i))),
            () => Fit(Conversion.MapValueToKey("Label").Append(Classifier()), View(Answers(i => i)))),
        new(
            "Use mlContext.MulticlassClassification.Trainers.StateSpace, which takes a key of two classes", () => Fit(Binary(), Good),
            () => Fit(Classifier(), Good)),
        new(
            "Make the key from the labels that occur, with mlContext.Transforms.Conversion.MapValueToKey(\"Label\")",
            () => Fit(Conversion.Hash("Label", "Name", numberOfBits: 24).Append(Classifier()), Text),
            () => Fit(Conversion.MapValueToKey("Label", "Name").Append(Classifier()), Text)),
        new(
            "Map the label to keys from text or numbers", () => Fit(Days(), View(Answers(i => new DateTime(2000, 1, 1 + i)))),
            () => Fit(
                Conversion.ConvertType("Label", outputKind: DataKind.String).Append(Days()),
                View(Answers(i => new DateTime(2000, 1, 1 + i))))),
        new(
            "Fit MapValueToKey on the training rows and transform both with it",
            () => Fit(Classifier(o => o with { ValidationSet = Keys("Label", "fast", "slow") }), Keys("Label", "slow", "fast")),
            () =>
            {
                var map = Conversion.MapValueToKey("Label", "Name").Fit(Text);
                Fit(Classifier(o => o with { ValidationSet = map.Transform(Text) }), map.Transform(Text));
            }),
        new(
            "put MapKeyToValue before it",
            () => Fit(Classifier(o => o with { ValidationSet = Keys("Label", "fast", "slow") }), Keys("Label", "slow", "fast")),
            () =>
            {
                var train = Keys("Label", "slow", "fast");
                var map = Conversion.MapKeyToValue("Label").Append(Conversion.MapValueToKey("Label")).Fit(train);
                Fit(Classifier(o => o with { ValidationSet = map.Transform(Keys("Label", "fast", "slow")) }), map.Transform(train));
            }),
        new(
            "Make the keys with the MapValueToKey that was fitted to the training rows",
            () => Score(Fit(Classifier(), Good), Keys("Label", "fast", "slow")),
            () => Score(Fit(Conversion.MapValueToKey("Label", "Name").Append(Classifier()), Text), Keys("Label", "fast", "slow"))),
        new(
            "put MapKeyToValue(\"Label\") before it in the pipeline", () => Score(Fit(Classifier(), Good), Keys("Label", "fast", "slow")),
            () => Score(
                Fit(Conversion.MapKeyToValue("Label").Append(Conversion.MapValueToKey("Label")).Append(Classifier()), Good),
                Keys("Label", "fast", "slow"))),
        new(
            "drop the column with mlContext.Transforms.DropColumns(\"Label\")",
            () => Score(Fit(Classifier(), Good), Keys("Label", "fast", "slow")),
            () =>
            {
                var view = Keys("Label", "fast", "slow");
                Score(Fit(Classifier(), Good), Steps.DropColumns("Label").Fit(view).Transform(view));
            }),
    ];

    // The label becomes a key before the classifier, from whatever it is.
    private static IEstimator<ITransformer> Days() => Conversion.MapValueToKey("Label").Append(Classifier());

    private static IDataView Keys(string label, params string[] keys)
    {
        var rows = View(Samples.Fixed().Where(row => keys.Contains(row.Name)));
        var values = View(keys.Select(key => new Key { Value = key }));
        return Conversion.MapValueToKey(label, "Name", keyData: values).Fit(rows).Transform(rows);
    }

    private static IEnumerable<Answer<T>> Answers<T>(Func<int, T> label) => Enumerable.Range(0, 12).Select(i => new Answer<T>
    {
        Features = [i % 2, 1, 2], Label = label(i % 2),
    });

    private sealed class Key
    {
        public string Value { get; set; } = "";
    }

    private sealed class Answer<T>
    {
        public float[] Features { get; set; } = [];

        public T Label { get; set; } = default!;
    }
}
