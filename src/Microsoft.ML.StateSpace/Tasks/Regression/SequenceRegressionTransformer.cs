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
    typeof(ITransformer), typeof(SequenceRegressionTransformer), null,
    typeof(SignatureLoadModel), "", SequenceRegressionTransformer.LoaderName)]

namespace Microsoft.ML.StateSpace;

/// <summary>Predicts a number, or a vector, for each sequence. Created by <see cref="SequenceRegressionEstimator"/>.</summary>
public sealed class SequenceRegressionTransformer : SequenceTransformer
{
    internal const string LoaderName = "StateSpaceSeqRegr";
    private const string Signature = "SSSEQREG";

    private readonly SequenceRegressionOptions _given;
    private readonly bool _isVector;

    internal SequenceRegressionTransformer(SequenceRegressionOptions given, SequenceColumn input, bool isVector, TrainedModel model)
        : base(input, model)
    {
        _given = (SequenceRegressionOptions)given.WithoutModel();
        _isVector = isVector;
        Options = (SequenceRegressionOptions)_given.Resolved(model);
    }

    /// <summary>The options, with every choice filled in that was left to the library.</summary>
    public SequenceRegressionOptions Options { get; }

    internal override IReadOnlyList<OutputColumn> MakeOutputs(DataViewSchema schema, DataViewSchema.Column input)
    {
        var score = ScoreAnnotations.Build(ScoreAnnotations.NextSetId(schema), ScoreAnnotations.Regression, "Score").ToAnnotations();
        return
        [
            _isVector
                ? OutputColumn.Of<VBuffer<float>>(
                    _given.ScoreColumnName, new VectorDataViewType(NumberDataViewType.Single, Model.Options.Outputs), score,
                    VectorOutput.Of)
                : OutputColumn.Of<float>(
                    _given.ScoreColumnName, NumberDataViewType.Single, score, scores => (ref float value) => value = scores()[0]),
        ];
    }

    internal override TargetColumn FindTarget(DataViewSchema schema) => SequenceRegressionEstimator.FindTarget(schema, Options);

    private protected override void Save(ModelSaveContext ctx)
        => ModelStream.Save(ctx, Signature, LoaderName, Payload.Write(new Head(_given, Input, _isVector), Model));

    // ML.NET finds this method by its name and exact signature, from the registration above.
    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        var (head, model) = ModelStream.Load(ctx, Signature, LoaderName, Payload.Read<Head>);
        Payload.Require(model, SequenceTask.Regression, head.Input, head.IsVector ? null : 1);
        return new SequenceRegressionTransformer(head.Options, head.Input, head.IsVector, model);
    }

    private sealed record Head(SequenceRegressionOptions Options, SequenceColumn Input, bool IsVector);
}
