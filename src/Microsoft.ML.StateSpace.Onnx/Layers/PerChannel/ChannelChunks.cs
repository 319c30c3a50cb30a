using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// A system a channel over whole sequences, as <see cref="ChannelCore"/> runs it: chunks of <see cref="Rows"/> steps bring to the states
/// at their ends, states to the outputs behind them, and steps of a chunk to one another what are three matrix products for each channel;
/// only the states at the ends are a recurrence.
/// </summary>
internal static class ChannelChunks
{
    /// <summary>Doublings of the powers of A in the tables.</summary>
    public const int Doublings = 6;

    // A step costs Rows + 2 states multiply-adds a channel; longer chunks leave fewer states to copy and carry on.
    public const int Rows = 1 << Doublings;

    /// <param name="pass">The pass.</param>
    /// <param name="input">(batch, length, H).</param>
    /// <param name="channels">H.</param>
    /// <param name="states">Real states of a channel.</param>
    /// <param name="tables">Its tables.</param>
    public static Value Apply(WholePass pass, Value input, int channels, int states, ChannelTables tables)
    {
        // (H, batch, chunks, Rows), whose first two axes or whose second and third are one in what follows.
        var folded = pass.Chunked(input, Rows, channels).Transpose(3, 0, 1, 2);
        var shape = folded.Shape();
        var rows = folded.Reshape(channels, -1, Rows);
        var sums = rows.MatMul(tables.Input)
            .Reshape(Value.Concat(0, pass.Graph.Constant([-1L]), shape.Slice(0, 2, 3), pass.Graph.Constant([(long)states])));
        var before = pass.Recur(
            [states], sums, (state, sum) => (tables.Carry(state.Reshape(channels, -1, states)).Reshape(-1, states) + sum, state));
        var within = CausalProduct.Apply(rows, Triangle(tables.Kernel), Steps(pass.Graph).To(ElementType.Float), Rows);
        var y = within + before.Reshape(channels, -1, states).MatMul(tables.Output);
        return pass.Unchunked(y.Reshape(shape).Transpose(1, 2, 3, 0), channels);
    }

    // (H, Rows, Rows): from step i of a chunk to step j, K_(j-i).
    private static Value Triangle(Value kernel)
    {
        var graph = kernel.Builder;
        var steps = Steps(graph);
        Value none = graph.Integer(Rows), distance = steps.Unsqueeze(0) - steps.Unsqueeze(1);
        var place = distance.Less(graph.Integer(0)).Choose(none, distance);
        // One value more, 0, for steps that cannot see one another.
        return graph.Node("Pad", kernel, graph.Constant(0, 0, 0, 1)).Gather(place, 1);
    }

    private static Value Steps(GraphBuilder graph) => graph.Node("Range", graph.Integer(0), graph.Integer(Rows), graph.Integer(1));
}
