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
    typeof(ITransformer), typeof(SequenceClassificationTransformer), null,
    typeof(SignatureLoadModel), "", SequenceClassificationTransformer.LoaderName)]

namespace Microsoft.ML.StateSpace;

/// <summary>Predicts the class of each sequence. Created by <see cref="SequenceClassificationEstimator"/>.</summary>
public sealed class SequenceClassificationTransformer : SequenceTransformer
{
    internal const string LoaderName = "StateSpaceSeqClass";
    private const string Signature = "SSSEQCLS";

    private readonly SequenceClassificationOptions _given;
    private readonly LabelValues? _labels;

    internal SequenceClassificationTransformer(
        SequenceClassificationOptions given, SequenceColumn input, LabelValues? labels, TrainedModel model)
        : base(input, model)
    {
        _given = (SequenceClassificationOptions)given.WithoutModel();
        _labels = labels;
        Options = (SequenceClassificationOptions)_given.Resolved(model);
    }

    /// <summary>The options, with every choice filled in that was left to the library.</summary>
    public SequenceClassificationOptions Options { get; }

    internal override LabelValues? Labels => _labels;

    internal override IReadOnlyList<OutputColumn> MakeOutputs(DataViewSchema schema, DataViewSchema.Column input)
    {
        LabelMatch.Require(schema, _given.LabelColumnName, _labels);
        uint set = ScoreAnnotations.NextSetId(schema);
        int classes = Model.Options.Outputs;
        var predicted = ScoreAnnotations.Build(set, ScoreAnnotations.Multiclass, "PredictedLabel");
        var score = ScoreAnnotations.Build(set, ScoreAnnotations.Multiclass, "Score");
        _labels?.AddTo(predicted, AnnotationKinds.KeyValues);
        _labels?.AddTo(score, AnnotationKinds.TrainingLabelValues);
        _labels?.AddTextsTo(score, AnnotationKinds.SlotNames);
        return
        [
            OutputColumn.Of<uint>(
                _given.PredictedLabelColumnName, new KeyDataViewType(typeof(uint), classes),
                predicted.ToAnnotations(), scores => (ref uint key) => key = ClassOutput.Likeliest(scores())),
            OutputColumn.Of<VBuffer<float>>(
                _given.ScoreColumnName, new VectorDataViewType(NumberDataViewType.Single, classes), score.ToAnnotations(), VectorOutput.Of),
        ];
    }

    internal override TargetColumn FindTarget(DataViewSchema schema)
    {
        LabelMatch.Require(schema, Options.LabelColumnName, _labels);
        return SequenceClassificationEstimator.FindTarget(schema, Options);
    }

    private protected override void Save(ModelSaveContext ctx)
        => ModelStream.Save(ctx, Signature, LoaderName, Payload.Write(new Head(_given, Input, _labels?.ToRecord()), Model));

    // ML.NET finds this method by its name and exact signature, from the registration above.
    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        var (head, model) = ModelStream.Load(ctx, Signature, LoaderName, Payload.Read<Head>);
        Payload.Require(model, SequenceTask.Classification, head.Input, outputs: head.Labels?.Values.Length);
        return new SequenceClassificationTransformer(
            head.Options, head.Input, head.Labels is null ? null : LabelValues.FromRecord(head.Labels), model);
    }

    private sealed record Head(SequenceClassificationOptions Options, SequenceColumn Input, LabelValuesRecord? Labels);
}
