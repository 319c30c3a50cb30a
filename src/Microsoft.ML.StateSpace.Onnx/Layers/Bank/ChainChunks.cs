using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// Chains of filters over whole sequences. The outputs of a chunk of <see cref="Chunk"/> time steps are one product of its inputs and the
/// states before it with a matrix for each filter; only the states at the ends of chunks are a recurrence. The file holds poles and output
/// weights; ONNX Runtime computes the matrices from them once, when it loads the model, in double precision.
/// </summary>
internal sealed class ChainChunks(PooledBank bank, WholePass pass)
{
    // Chunk multiply-adds a filter and step against a step of the recurrence, some microseconds, for each chunk.
    private const int Chunk = 32, Lanes = FilterChain.Lanes;

    private readonly GraphBuilder _graph = pass.Graph;
    private readonly ChainTables _tables = new(bank, pass, Chunk);

    private int Groups => bank.Groups;

    private int Filters => bank.Groups * Lanes;

    private int Width => 2 * bank.Orders;

    /// <summary>(batch, length, groups) to (batch, length, groups, 16).</summary>
    public Value Apply(Value input)
    {
        // (groups, batch, chunks, Chunk)
        var chunks = pass.Chunked(input, Chunk, Groups).Transpose(3, 0, 1, 2);
        var shape = chunks.Shape();
        // What each filter reads of a chunk: (filters, batch chunks, Chunk + Width).
        var inputs = Shaped(
            chunks.Unsqueeze(1).Expand(_graph.Constant(1, Lanes, 1, 1, 1)), _graph.Constant([(long)Filters]), shape.Slice(0, 1));
        var rows = Value.Concat(-1, inputs, StatesBefore(chunks, shape)).Reshape(0, -1, Chunk + Width);
        var outputs = Shaped(
            rows.MatMul(_tables.Outputs()), _graph.Constant([(long)Filters]), shape.Slice(0, 1, 2), _graph.Constant([-1L]));
        return pass.Cut(outputs.Transpose(1, 2, 0)).Reshape(0, 0, Groups, Lanes);
    }

    // (filters, batch, chunks, Width)
    private Value StatesBefore(Value chunks, Value shape)
    {
        var added = chunks.Reshape(0, -1, Chunk).MatMul(_tables.States());
        var ends = Shaped(added, shape.Slice(0, 0, 3), _graph.Constant([(long)Lanes * Width]))
            .Transpose(1, 2, 0, 3).Reshape(0, 0, Filters, 1, Width);
        var transition = _tables.Transition();
        var before = pass.Recur([Filters, 1, Width], ends, (state, end) => (state.MatMul(transition) + end, state));
        return before.Squeeze(3).Transpose(2, 0, 1, 3);
    }

    private static Value Shaped(Value value, params Value[] extents) => value.Reshape(Value.Concat(0, extents));
}
