using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Messages.Doing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>Targets and options of regression and tagging.</summary>
internal static class TaskSituations
{
    private static readonly IDataView Levels = View(Samples.Levels());

    private static readonly IDataView Tagged = Views.Tagged(Ml, Samples.Tags());

    public static IEnumerable<Situation> All =>
    [
        new(
            "Give every row the same number of targets", () => Fit(Regressor("Tags"), View(Varying())),
            () => Fit(Regressor("Pair"), Levels)),
        new(
            "or use mlContext.Transforms.StateSpace.SequenceToSequence for one a step", () => Fit(Regressor("Tags"), View(Varying())),
            () => Fit(Series(o => o with { InputColumnName = "Features", TargetColumnName = "Tags" }), View(Varying()))),
        new(
            "Make it one with mlContext.Transforms.Conversion.MapValueToKey(\"Tags\")", () => Fit(Tagger("Tags"), View(Samples.Tags())),
            () => Fit(Conversion.MapValueToKey("Tags").Append(Tagger("Tags")), View(Samples.Tags()))),
        new(
            "Give time steps without a tag the missing key", () => Fit(Tagger(), View(Tags(3))), () => Fit(Tagger(), View(Tags(4)))),
        new(
            "Leave TrainingOptions.Washout 0", () => FitLevels(Samples.Quick with { Washout = 2 }),
            () => FitLevels(Samples.Quick with { Washout = 0 })),
        new(
            "drop those time steps from the rows", () => FitLevels(Samples.Quick with { Washout = 2 }),
            () => Fit(Regressor(), View(Samples.Levels().Select(row => new ShortRow { Features = row.Features[2..], Label = row.Label })))),
        new(
            "Leave TrainingOptions.OutputWeights null", () => FitLevels(Samples.Quick with { OutputWeights = [0] }),
            () => FitLevels(Samples.Quick with { OutputWeights = null })),
        new(
            "OutputWeights must hold one weight an output, 1 for column 'Label'",
            () => FitLevels(Samples.Quick with { OutputWeights = [1, 2] }), () => FitLevels(Samples.Quick with { OutputWeights = [1] })),
        new(
            "Give both the same type", () => FitLevels(Samples.Quick, View(Varying().Select(row => new VectorLabel { Label = [1, 2] }))),
            () => FitLevels(Samples.Quick, Levels)),
        new(
            "Both must hold the same time steps",
            () => Evaluate(new Pair { Label = [1, 2], PredictedLabel = [1] }),
            () => Evaluate(new Pair { Label = [1, 2], PredictedLabel = [1, 1] })) { Of = "tags" },
        new(
            "Tagging needs time steps of at least two tags", () => Fit(Tagger(), View(Tags(4, key: 0))),
            () => Fit(Tagger(), View(Tags(4)))),
        new(
            "Set it to a few times the slowest time constant", () => FitWarm(-1), () => FitWarm(3)),
        new(
            "Give it the type it had in training", () => Importance(View(Wider())), () => Importance(Levels)) { Of = "importance" },
        new(
            "Give rows with the labels of training", () => Importance(View(Tags(4, key: 0)), Tagger()),
            () => Importance(View(Tags(4)), Tagger())),
        new(
            "or make this one with a step before", () => Importance(View(Tags(4).Select(row => new { row.Features })), Tagger()),
            () => Importance(View(Tags(4)), Tagger())) { Of = "importance" },
        new(
            "Check the path of the file", () => Importance(Ml.Data.FilterRowsByColumn(Levels, "Label", 1e6)), () => Importance(Levels))
        { Of = "importance" },
        new("Train a model with a network as the Architecture", () => Costates(Samples.Ensemble), () => Costates(Samples.Small))
        { Of = "costates" },
    ];

    private static void Costates(ArchitectureOptions architecture)
    {
        var options = new SequenceRegressionOptions { Architecture = architecture, Training = Samples.Quick };
        Steps.StateSpace.PontryaginAnalysis(Ml.Regression.Trainers.StateSpace(options).Fit(Levels), Levels);
    }

    private static void FitWarm(int steps)
        => Fit(Series(options => options with { WarmUp = steps }), View(Samples.Signals()));

    private static void Importance(IDataView data) => Importance(data, Regressor(), Levels);

    private static void Importance(IDataView data, SequenceTaggingEstimator tagger) => Importance(data, tagger, View(Tags(4)));

    private static void Importance<T>(IDataView data, SequenceEstimator<T> estimator, IDataView training)
        where T : SequenceTransformer
        => Steps.StateSpace.SequenceImportance(estimator.Fit(training), data, repeats: 1, stretches: 1);

    private static VectorLabel[] Wider()
        => [.. Samples.Levels().Select(row => new VectorLabel { Features = row.Features, Label = [1, 2] })];

    private static SequenceRegressionEstimator Regressor(string label = "Label") => Ml.Regression.Trainers.StateSpace(
        new SequenceRegressionOptions { LabelColumnName = label, Architecture = Samples.Small, Training = Samples.Quick });

    private static SequenceTaggingEstimator Tagger(string label = "Label")
        => Steps.StateSpace.SequenceTagging(Views.TaggingOptions with { LabelColumnName = label });

    private static void FitLevels(TrainingOptions training, IDataView? validation = null)
        => Fit(
            Ml.Regression.Trainers.StateSpace(
                new SequenceRegressionOptions { Architecture = Samples.Small, Training = training, ValidationSet = validation }),
            Levels);

    private static void Evaluate(Pair row) => Steps.StateSpace.EvaluateSequenceTagging(View([row]));

    // Sequences of four steps, with that many tags of two kinds.
    private static KeyRow[] Tags(uint count, uint key = 1)
        => [.. Enumerable.Range(0, 4).Select(_ => new KeyRow
        {
            Features = [1, 2, 3, 4], Label = [.. Enumerable.Range(0, (int)count).Select(t => key * (1 + (uint)t % 2))],
        })];

    private static NumberRow[] Varying()
        => [.. Samples.Tags().Select(row => new NumberRow { Features = row.Features, Tags = row.Features })];

    private sealed class NumberRow
    {
        public float[] Features { get; set; } = [];

        public float[] Tags { get; set; } = [];
    }

    private sealed class KeyRow
    {
        public float[] Features { get; set; } = [];

        [KeyType(2)]
        public uint[] Label { get; set; } = [];
    }

    private sealed class ShortRow
    {
        [VectorType(10)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }

    private sealed class VectorLabel
    {
        [VectorType(12)]
        public float[] Features { get; set; } = new float[12];

        [VectorType(2)]
        public float[] Label { get; set; } = [];
    }

    private sealed class Pair
    {
        [KeyType(2)]
        public uint[] Label { get; set; } = [];

        [KeyType(2)]
        public uint[] PredictedLabel { get; set; } = [];
    }
}
