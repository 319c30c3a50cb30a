using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Onnx.Tests.Face;

/// <summary>Fitted steps of every task, with the rows that they were fitted to.</summary>
internal static class FaceCases
{
    private static readonly MLContext Ml = new(seed: 1);

    // Causal, so that they have a step.
    private static readonly S5Options Small = Samples.Small with { Bidirectional = false };

    private static readonly Dictionary<string, Func<(SequenceTransformer Step, IDataView Rows)>> All = new()
    {
        ["Classes"] = () => Fit(Classifier(), Views.Fixed(Ml)),
        ["Classes, two channels"] = () => Fit(Classifier(), Views.Keyed(Ml, Samples.Dimensioned())),
        ["Classes, any length"] = () => Fit(Classifier(channels: 2), Views.Keyed(Ml, Samples.Variable())),
        ["Classes, tokens"] = () => Fit(Classifier(), Views.Tokens(Ml)),
        ["Classes, intervals"] = () => Fit(
            Ml.Transforms.StateSpace.SequenceClassification(
                new SequenceClassificationOptions
                {
                    Architecture = Small, Training = Samples.Quick, Channels = 2, IntervalColumnName = "Intervals",
                }),
            Views.Keyed(Ml, Samples.Irregular())),
        ["Yes or no"] = () => Fit(
            Ml.BinaryClassification.Trainers.StateSpace(
                new BinarySequenceClassificationOptions { Architecture = Small, Training = Samples.Quick }),
            Ml.Data.LoadFromEnumerable(Samples.Binary())),
        ["A number"] = () => Fit(Regressor("Label"), Ml.Data.LoadFromEnumerable(Samples.Levels())),
        ["A vector"] = () => Fit(Regressor("Pair"), Ml.Data.LoadFromEnumerable(Samples.Levels())),
        ["Tags, any length"] = () => Fit(Tagger(), Views.Tagged(Ml, Samples.Tags())),
        ["Tags"] = () => Fit(Tagger(), Views.Tagged(Ml, Samples.FixedTags())),
        ["Series"] = () => Fit(Series(new()), Ml.Data.LoadFromEnumerable(Samples.Signals())),
        ["Series of two, any length"] = () => Fit(
            Series(new() { Channels = 2, Outputs = 2 }), Ml.Data.LoadFromEnumerable(Samples.VariableSignals())),
        ["Series, first outputs told"] = () => Fit(
            Series(new() { InitialOutputs = 4 }), Ml.Data.LoadFromEnumerable(Samples.Signals())),
        ["Series of two, first outputs told"] = () => Fit(
            Series(new() { Channels = 2, Outputs = 2, InitialOutputs = 2 }), Ml.Data.LoadFromEnumerable(Samples.VariableSignals())),
        ["Series, held start"] = () => Fit(Series(new() { WarmUp = 5 }), Ml.Data.LoadFromEnumerable(Samples.Signals())),
        ["Series, held start, intervals, first outputs told"] = () => Fit(
            Series(new() { WarmUp = 5, InitialOutputs = 3, IntervalColumnName = "Intervals" }),
            Ml.Data.LoadFromEnumerable(Samples.IrregularSignals())),
        [TwoWay] = () => Fit(
            Ml.Transforms.StateSpace.SequenceClassification(
                new SequenceClassificationOptions
                {
                    Architecture = Small with { Bidirectional = true }, Training = Samples.Quick,
                }),
            Views.Fixed(Ml)),
        [Pairs] = () => Fit(
            Ml.Transforms.StateSpace.SequenceClassification(
                new SequenceClassificationOptions
                {
                    Architecture = Small, Training = Samples.Quick, FeatureColumnName = "Features", SecondFeatureColumnName = "Second",
                }),
            Views.Keyed(Ml, PairRow.Some)),
    };

    /// <summary>Steps whose models have no step form.</summary>
    public const string TwoWay = "Classes, two-way", Pairs = "Classes of pairs";

    public static TheoryData<string> Names => [.. All.Keys];

    public static TheoryData<string> StepNames
        => [.. All.Keys.Where(name => name is not (TwoWay or Pairs))];

    public static (SequenceTransformer Step, IDataView Rows) Create(string name) => All[name]();

    private static (SequenceTransformer Step, IDataView Rows) Fit<T>(IEstimator<T> estimator, IDataView rows)
        where T : SequenceTransformer
        => (estimator.Fit(rows), rows);

    private static SequenceClassificationEstimator Classifier(int? channels = null)
        => Ml.Transforms.StateSpace.SequenceClassification(Views.Options(channels) with { Architecture = Small });

    private static SequenceRegressionEstimator Regressor(string label)
        => Ml.Regression.Trainers.StateSpace(
            new SequenceRegressionOptions { LabelColumnName = label, Architecture = Small, Training = Samples.Quick });

    private static SequenceTaggingEstimator Tagger()
        => Ml.Transforms.StateSpace.SequenceTagging(Views.TaggingOptions with { Architecture = Small });

    private static SequenceToSequenceEstimator Series(SequenceToSequenceOptions options)
        => Ml.Transforms.StateSpace.SequenceToSequence(options with { Architecture = Small, Training = Samples.Quick });
}
