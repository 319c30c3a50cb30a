using Microsoft.ML.StateSpace.Onnx.Graph;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>Sequences of a batch, padded to the longest of them.</summary>
/// <param name="Values">(batch, length, channels), in the unit of the channels; tokens as int64.</param>
/// <param name="Lengths">Valid time steps of each sequence, (batch), int64.</param>
/// <param name="Intervals">(batch, length, 1), or none.</param>
internal sealed record SequenceInputs(Value Values, Value Lengths, Value Intervals)
{
    /// <summary>The same with the first time step of each held for some steps before it, each an interval of 1 long.</summary>
    public SequenceInputs Held(int steps)
    {
        if (steps == 0)
            return this;
        var graph = Values.Builder;
        return new SequenceInputs(
            Behind(Values.Slice(1, 0, 1), Values, steps),
            Lengths + graph.Constant([(long)steps]),
            Intervals.Builder is null ? Intervals : Behind(graph.Constant("Ones", [1f], 1, 1, 1), Intervals, steps));
    }

    // Values behind so many copies of one time step, (batch or 1, 1, size).
    private static Value Behind(Value step, Value values, long steps)
    {
        var shape = values.Shape();
        var held = Value.Concat(0, shape.Slice(0, 0, 1), values.Builder.Constant([steps]), shape.Slice(0, 2));
        return Value.Concat(1, step.Expand(held), values);
    }
}
