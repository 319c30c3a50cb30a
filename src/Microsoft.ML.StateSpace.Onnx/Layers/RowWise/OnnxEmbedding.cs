using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="Embedding"/>: (..., 1), tokens as int64, to the rows of a table; zeros for a token that the table does not have.
/// </summary>
internal sealed class OnnxEmbedding(Embedding embedding) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        int vocabulary = embedding.Table.Shape[0];
        // One row more, of zeros, for what is unknown.
        float[] table = [.. embedding.Table.Of(pass.Values), .. new float[embedding.OutputSize]];
        var rows = pass.Graph.Constant(embedding.Table.Name, table, vocabulary + 1, embedding.OutputSize);
        Value first = pass.Graph.Integer(0), unknown = pass.Graph.Integer(vocabulary);
        var isKnown = first.AtMost(input).And(input.Less(unknown));
        return rows.Gather(isKnown.Choose(input, unknown).Squeeze(-1));
    }
}
