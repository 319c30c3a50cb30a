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
    typeof(ITransformer), typeof(SequenceTaggingTransformer), null,
    typeof(SignatureLoadModel), "", SequenceTaggingTransformer.LoaderName)]

namespace Microsoft.ML.StateSpace;

/// <summary>Predicts one of several tags for each time step. Created by <see cref="SequenceTaggingEstimator"/>.</summary>
public sealed class SequenceTaggingTransformer : SequenceTransformer
{
    internal const string LoaderName = "StateSpaceSeqTag";
    private const string Signature = "SSSEQTAG";

    private readonly SequenceTaggingOptions _given;
    private readonly LabelValues? _labels;

    internal SequenceTaggingTransformer(SequenceTaggingOptions given, SequenceColumn input, LabelValues? labels, TrainedModel model)
        : base(input, model)
    {
        _given = (SequenceTaggingOptions)given.WithoutModel();
        _labels = labels;
        Options = (SequenceTaggingOptions)_given.Resolved(model);
    }

    /// <summary>The options, with every choice filled in that was left to the library.</summary>
    public SequenceTaggingOptions Options { get; }

    internal override LabelValues? Labels => _labels;

    internal override IReadOnlyList<OutputColumn> MakeOutputs(DataViewSchema schema, DataViewSchema.Column input)
    {
        LabelMatch.Require(schema, _given.LabelColumnName, _labels);
        int tags = Model.Options.Outputs, length = ((VectorDataViewType)input.Type).Size / Input.Channels;
        var predicted = new DataViewSchema.Annotations.Builder();
        _labels?.AddTo(predicted, AnnotationKinds.KeyValues);
        return
        [
            OutputColumn.Of<VBuffer<uint>>(
                _given.PredictedLabelColumnName, new VectorDataViewType(new KeyDataViewType(typeof(uint), tags), length),
                predicted.ToAnnotations(), Likeliest),
            OutputColumn.Of<VBuffer<float>>(
                _given.ScoreColumnName, new VectorDataViewType(NumberDataViewType.Single, length, tags),
                DataViewSchema.Annotations.Empty, VectorOutput.Of),
        ];
    }

    internal override TargetColumn FindTarget(DataViewSchema schema)
    {
        LabelMatch.Require(schema, Options.LabelColumnName, _labels);
        return SequenceTaggingEstimator.FindTarget(schema, Options);
    }

    private protected override void Save(ModelSaveContext ctx)
        => ModelStream.Save(ctx, Signature, LoaderName, Payload.Write(new Head(_given, Input, _labels?.ToRecord()), Model));

    // ML.NET finds this method by its name and exact signature, from the registration above.
    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        var (head, model) = ModelStream.Load(ctx, Signature, LoaderName, Payload.Read<Head>);
        Payload.Require(model, SequenceTask.Tagging, head.Input, head.Labels?.Values.Length);
        return new SequenceTaggingTransformer(
            head.Options, head.Input, head.Labels is null ? null : LabelValues.FromRecord(head.Labels), model);
    }

    private ValueGetter<VBuffer<uint>> Likeliest(ScoresOfRow scores) => (ref VBuffer<uint> destination) =>
    {
        var answer = scores();
        int tags = Model.Options.Outputs, steps = answer.Length / tags;
        var editor = VBufferEditor.Create(ref destination, steps);
        for (int t = 0; t < steps; t++)
            editor.Values[t] = ClassOutput.Likeliest(answer.Slice(t * tags, tags));
        destination = editor.Commit();
    };

    private sealed record Head(SequenceTaggingOptions Options, SequenceColumn Input, LabelValuesRecord? Labels);
}
