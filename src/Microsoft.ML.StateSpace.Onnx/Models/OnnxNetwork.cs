using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Layers;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary><see cref="SequenceNetwork"/>: standardise, encode, branches, pool where the answer is for the sequence, decode.</summary>
internal sealed class OnnxNetwork(SequenceNetwork network) : IOnnxModel
{
    public Value Answer(params OnnxSequences[] sequences)
    {
        var pass = sequences[0].Pass;
        var rows = Value.Concat(-1, [.. sequences.Select(Encode)]);
        return OnnxHead.Finish(pass, network.Head, OnnxLayers.Of(network.Decoder).Apply(pass, rows));
    }

    // The rows of the last stream, or what they are pooled to.
    private Value Encode(OnnxSequences sequences)
    {
        var (pass, values) = sequences;
        var stream = OnnxLayers.Of(network.Encoder).Apply(pass, OnnxInputStage.Apply(pass, network.InputStage, values));
        for (int i = 0; i < network.Branches; i++)
            stream = OnnxLayers.Of(network.Branch(i)).Apply(pass, stream);
        return network.Head.IsPooled ? OnnxPool.Apply(pass, network.PoolingKind, network.Width, stream, network.Shares) : stream;
    }
}
