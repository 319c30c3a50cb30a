using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>Whole sequences cut into chunks, the last of which is filled up with zeros.</summary>
internal static class TimeChunks
{
    /// <summary>(batch, length, size) to (batch, chunks, steps, size), with so many steps a chunk.</summary>
    public static Value OfSteps(Value rows, long steps, long size)
    {
        var graph = rows.Builder;
        var missing = graph.Node("Mod", -rows.Extent(1), graph.Constant([steps]));
        var padded = graph.Node("Pad", rows, Value.Concat(0, graph.Constant(0, 0, 0, 0), missing, graph.Constant([0L])));
        return padded.Reshape(0, -1, steps, size);
    }

    /// <summary>(batch, chunks, steps, ...) to (batch, length, size).</summary>
    public static Value Join(WholePass pass, Value chunks, long size)
        => chunks.Reshape(0, -1, size).Slice(1, pass.Graph.Constant([0L]), pass.Length);
}
