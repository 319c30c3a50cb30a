using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Persistence;
using Microsoft.ML.StateSpace.Scoring;

namespace Microsoft.ML.StateSpace;

/// <summary>Turns a sequence into another, one output vector for each time step; made by <see cref="SequenceToSequenceEstimator"/>.</summary>
public sealed class SequenceToSequenceTransformer : SequenceTransformer
{
    internal const string LoaderName = "StateSpaceSeqToSeq";
    private const string Signature = "SSSEQSEQ";

    private readonly SequenceToSequenceOptions _given;

    internal SequenceToSequenceTransformer(SequenceToSequenceOptions given, SequenceColumn input, TrainedModel model)
        : base(input, model)
    {
        _given = given with { ValidationSet = null, Architecture = null, Training = new() };
        Options = _given with
        {
            Channels = input.Channels,
            Outputs = model.Options.Outputs,
            Architecture = model.Options.Architecture,
            Training = model.Summary.Options
        };
    }

    /// <summary>The options with every choice filled in.</summary>
    public SequenceToSequenceOptions Options { get; }

    internal override IReadOnlyList<OutputColumn> MakeOutputs(DataViewSchema schema, DataViewSchema.Column input)
        =>
        [
            OutputColumn.Of<VBuffer<float>>(
                _given.OutputColumnName, TypeFor((VectorDataViewType)input.Type), DataViewSchema.Annotations.Empty, VectorOutput.Of)
        ];

    private protected override void Save(ModelSaveContext ctx)
        => ModelStream.Save(ctx, Signature, LoaderName, Payload.Write(new Head(_given, Input), Model));

    // Found by name and exact signature: see Interop/Registrations.cs.
    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        var (head, model) = Payload.Read<Head>(ModelStream.Load(ctx, Signature, LoaderName));
        return new SequenceToSequenceTransformer(head.Options, head.Input, model);
    }

    /// <summary>(length, outputs), or (length) of a single output; a length of 0 is one that varies.</summary>
    private VectorDataViewType TypeFor(VectorDataViewType input)
    {
        int outputs = Model.Options.Outputs;
        int length = input.Size / Input.Channels;
        return outputs == 1 ? new(NumberDataViewType.Single, length) : new(NumberDataViewType.Single, length, outputs);
    }

    private sealed record Head(SequenceToSequenceOptions Options, SequenceColumn Input);
}
