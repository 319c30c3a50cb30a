using Microsoft.ML.StateSpace.Onnx.Graph;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>The parts of the one state of a step, in the order in which they are taken.</summary>
/// <param name="state">The state before the step, (batch, size).</param>
internal sealed class StateParts(Value state)
{
    private readonly List<Value> _next = [];

    public long Size { get; private set; }

    /// <summary>Takes the next part, (batch, extents); copies of a sequence have theirs side by side in it.</summary>
    public (int Index, Value Before) Take(long[] extents, int copies)
    {
        long size = copies * extents.Aggregate(1L, (product, extent) => product * extent);
        var part = state.Slice(1, Size, Size + size);
        Size += size;
        _next.Add(default);
        return (_next.Count - 1, extents.Length == 1 && copies == 1 ? part : part.Reshape([-1, .. extents]));
    }

    /// <summary>Sets what a part is behind the step.</summary>
    public void Set(int index, Value next, long[] extents, int copies)
        => _next[index] = extents.Length == 1 && copies == 1
            ? next
            : next.Reshape(-1, copies * extents.Aggregate(1L, (product, extent) => product * extent));

    /// <summary>The whole state behind the step, (batch, size); a state of one unused number where nothing is remembered.</summary>
    public Value Next(GraphBuilder graph)
    {
        if (_next.Count > 0)
            return Value.Concat(1, [.. _next]);
        Size = 1;
        return graph.Node("Identity", state);
    }
}
