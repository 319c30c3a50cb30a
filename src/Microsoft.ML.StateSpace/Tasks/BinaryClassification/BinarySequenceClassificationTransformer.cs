using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Persistence;
using Microsoft.ML.StateSpace.Scoring;

[assembly: LoadableClass(
    typeof(ITransformer), typeof(BinarySequenceClassificationTransformer), null,
    typeof(SignatureLoadModel), "", BinarySequenceClassificationTransformer.LoaderName)]

namespace Microsoft.ML.StateSpace;

/// <summary>Answers a yes-or-no question about each sequence. Created by <see cref="BinarySequenceClassificationEstimator"/>.</summary>
public sealed class BinarySequenceClassificationTransformer : SequenceTransformer
{
    internal const string LoaderName = "StateSpaceBinSeqClass";
    private const string Signature = "SSBINCLS";

    private readonly BinarySequenceClassificationOptions _given;

    internal BinarySequenceClassificationTransformer(BinarySequenceClassificationOptions given, SequenceColumn input, TrainedModel model)
        : base(input, model)
    {
        _given = (BinarySequenceClassificationOptions)given.WithoutModel();
        Options = (BinarySequenceClassificationOptions)_given.Resolved(model);
    }

    /// <summary>The options, with every choice filled in that was left to the library.</summary>
    public BinarySequenceClassificationOptions Options { get; }

    internal override IReadOnlyList<OutputColumn> MakeOutputs(DataViewSchema schema, DataViewSchema.Column input)
    {
        uint set = ScoreAnnotations.NextSetId(schema);
        var predicted = ScoreAnnotations.Build(set, ScoreAnnotations.Binary, "PredictedLabel");
        var score = ScoreAnnotations.Build(set, ScoreAnnotations.Binary, "Score");
        var probability = ScoreAnnotations.Build(set, ScoreAnnotations.Binary, "Probability");
        probability.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
        return
        [
            OutputColumn.Of<bool>(
                _given.PredictedLabelColumnName, BooleanDataViewType.Instance, predicted.ToAnnotations(),
                scores => (ref bool answer) => answer = LogOdds(scores()) > 0),
            OutputColumn.Of<float>(
                _given.ScoreColumnName, NumberDataViewType.Single, score.ToAnnotations(),
                scores => (ref float odds) => odds = LogOdds(scores())),
            OutputColumn.Of<float>(
                _given.ProbabilityColumnName, NumberDataViewType.Single,
                probability.ToAnnotations(), scores => (ref float p) => p = scores()[1]),
        ];
    }

    internal override TargetColumn FindTarget(DataViewSchema schema) => BinarySequenceClassificationEstimator.FindTarget(schema, Options);

    private protected override void Save(ModelSaveContext ctx)
        => ModelStream.Save(ctx, Signature, LoaderName, Payload.Write(new Head(_given, Input), Model));

    // ML.NET finds this method by its name and exact signature, from the registration above.
    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        var (head, model) = ModelStream.Load(ctx, Signature, LoaderName, Payload.Read<Head>);
        Payload.Require(model, SequenceTask.Classification, head.Input, outputs: 2);
        return new BinarySequenceClassificationTransformer(head.Options, head.Input, model);
    }

    // Computes the log-odds from two probabilities that sum to one. A probability of zero is replaced by the smallest positive float, so
    // that the result stays finite.
    private static float LogOdds(ReadOnlySpan<float> scores)
        => float.IsNaN(scores[0])
            ? float.NaN
            : MathF.Log(MathF.Max(scores[1], float.Epsilon)) - MathF.Log(MathF.Max(scores[0], float.Epsilon));

    private sealed record Head(BinarySequenceClassificationOptions Options, SequenceColumn Input);
}
