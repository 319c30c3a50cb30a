using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Messages.Doing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>Rows that hold pairs of sequences.</summary>
internal static class PairSituations
{
    private static readonly IDataView Pairs = View(Samples.Binary().Zip(Samples.Binary().Reverse()).Select(pair => new Row
    {
        Features = pair.First.Features, Second = pair.Second.Features, Wide = pair.Second.Features,
        Intervals = [.. Enumerable.Repeat(1f, 12)], Label = pair.First.Label == pair.Second.Label,
    }));

    private static NetworkOptions Certified
        => CoreDefinition.All.First(core => core.IsCertified).CreateOptions() with { Layers = 1, ModelSize = 4, StateSize = 4 };

    public static IEnumerable<Situation> All =>
    [
        new(
            "make the intervals a channel of both", () => FitPairs(options => options with { IntervalColumnName = "Intervals" }),
            () => FitPairs(options => options)),
        new(
            "Choose a network as the Architecture, or leave SecondFeatureColumnName null",
            () => FitPairs(options => options with { Architecture = new StateSpaceBankOptions { Filters = 16 } }),
            () => FitPairs(options => options with { Architecture = Samples.Small })),
        new(
            "Choose a network without a certificate as the Architecture",
            () => FitPairs(options => options with { Architecture = Certified }),
            () => FitPairs(options => options with { Architecture = Samples.Small })),
        new(
            "Leave DifferencesToMean false, or leave SecondFeatureColumnName null",
            () => FitPairs(options => options with { DerivedInputs = new() { DifferencesToMean = true } }),
            () => FitPairs(options => options with { DerivedInputs = new() { DifferencesToMean = false } })),
        new(
            "or train a model of single sequences, with SecondFeatureColumnName = null",
            () => FitPairs(options => options).CreateStreamingEngine(),
            () => FitPairs(options => options with { SecondFeatureColumnName = null }).CreateStreamingEngine()),
        new(
            "Train a model with SecondFeatureColumnName = null, and ask that one",
            () => Steps.StateSpace.SequenceImportance(FitPairs(options => options), Pairs),
            () => Steps.StateSpace.SequenceImportance(FitPairs(options => options with { SecondFeatureColumnName = null }), Pairs)),
        new(
            "Train a model with SecondFeatureColumnName = null, and ask that one",
            () => FindWorstInput(FitPairs(options => options)),
            () => FindWorstInput(FitPairs(options => options with { SecondFeatureColumnName = null }))) { Of = "worst input" },
        new(
            "Give both the same type; tokens of two texts become keys of one vocabulary",
            () => FitPairs(options => options with { SecondFeatureColumnName = "Wide" }),
            () => FitPairs(options => options with { SecondFeatureColumnName = "Second" })) { Of = "pair" },
    ];

    private static void FindWorstInput(SequenceTransformer transformer)
        => GainAnalysis.FindWorstInput(transformer.Model, length: 5, iterations: 1);

    private static BinarySequenceClassificationTransformer FitPairs(
        Func<BinarySequenceClassificationOptions, BinarySequenceClassificationOptions> with)
    {
        var model = Ml.BinaryClassification.Trainers.StateSpace(with(new()
        {
            SecondFeatureColumnName = "Second", Architecture = Samples.Small with { Bidirectional = false }, Training = Samples.Quick,
        })).Fit(Pairs);
        Score(model, Pairs);
        return model;
    }

    private sealed class Row
    {
        [VectorType(12)]
        public float[] Features { get; set; } = [];

        [VectorType(12)]
        public float[] Second { get; set; } = [];

        [VectorType(6, 2)]
        public float[] Wide { get; set; } = [];

        [VectorType(12)]
        public float[] Intervals { get; set; } = [];

        public bool Label { get; set; }
    }
}
