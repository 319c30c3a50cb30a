using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Persistence;
using Microsoft.ML.StateSpace.Scoring;

[assembly: LoadableClass(
    typeof(ITransformer), typeof(SequenceToSequenceTransformer), null,
    typeof(SignatureLoadModel), "", SequenceToSequenceTransformer.LoaderName)]

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Turns one sequence into another, with one output vector for each time step. Created by <see cref="SequenceToSequenceEstimator"/>.
/// </summary>
public sealed class SequenceToSequenceTransformer : SequenceTransformer
{
    internal const string LoaderName = "StateSpaceSeqToSeq";
    private const string Signature = "SSSEQSEQ";

    private readonly SequenceToSequenceOptions _given;

    internal SequenceToSequenceTransformer(
        SequenceToSequenceOptions given, SequenceColumn input, TrainedModel model, InitialOutputs? initial = null)
        : base(input, model, initial)
    {
        _given = (SequenceToSequenceOptions)given.WithoutModel();
        Options = (SequenceToSequenceOptions)_given.Resolved(model);
    }

    /// <summary>The options, with every choice filled in that was left to the library.</summary>
    public SequenceToSequenceOptions Options { get; }

    /// <summary>
    /// The same step of a pipeline with another model of the same sequences, such as one that <see cref="ModelReduction"/> made of
    /// <see cref="SequenceTransformer.Model"/>. What the first outputs of a record tell (InitialOutputs) stays as it was fitted.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <exception cref="ArgumentException">It answers other sequences.</exception>
    public SequenceToSequenceTransformer WithModel(TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Options with { Architecture = Model.Options.Architecture } != Model.Options)
            throw new ArgumentException(
                "The model must have the inputs, outputs and task of that of this step, but was trained on others. Give a model that was "
                + "made of the Model of this transformer.", nameof(model));
        return new SequenceToSequenceTransformer(_given, Input, model, Scorer.Initial);
    }

    internal override IReadOnlyList<OutputColumn> MakeOutputs(DataViewSchema schema, DataViewSchema.Column input)
        =>
        [
            OutputColumn.Of<VBuffer<float>>(
                _given.OutputColumnName, TypeFor((VectorDataViewType)input.Type), DataViewSchema.Annotations.Empty, VectorOutput.Of)
        ];

    internal override TargetColumn FindTarget(DataViewSchema schema) => SequenceToSequenceEstimator.FindTarget(schema, Options);

    private protected override void Save(ModelSaveContext ctx)
    {
        var head = new Head(_given, Input) { InitialErrors = Scorer.Initial?.Errors.Coefficients };
        ModelStream.Save(ctx, Signature, LoaderName, Payload.Write(head, Model));
    }

    // ML.NET finds this method by its name and exact signature, from the registration above.
    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        var (head, model) = ModelStream.Load(ctx, Signature, LoaderName, Payload.Read<Head>);
        Payload.Require(model, SequenceTask.SequenceToSequence, head.Input, outputs: null);
        var initial = InitialOutputs.Read(head.Options, model.Options.Outputs, head.InitialErrors);
        return new SequenceToSequenceTransformer(head.Options, head.Input, model, initial);
    }

    /// <summary>The output type: (length, outputs), or (length) for a single output. A length of 0 means that it varies.</summary>
    private VectorDataViewType TypeFor(VectorDataViewType input)
    {
        int outputs = Model.Options.Outputs;
        int length = input.Size / Input.Channels;
        return outputs == 1 ? new(NumberDataViewType.Single, length) : new(NumberDataViewType.Single, length, outputs);
    }

    private sealed record Head(SequenceToSequenceOptions Options, SequenceColumn Input)
    {
        /// <summary>The coefficients of <see cref="InitialOutputs"/>, where there are such.</summary>
        public IReadOnlyList<IReadOnlyList<double>>? InitialErrors { get; init; }
    }
}
