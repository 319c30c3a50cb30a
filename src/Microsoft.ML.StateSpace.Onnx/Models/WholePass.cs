using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>Whole sequences of any lengths, padded to the longest of the batch.</summary>
internal sealed class WholePass : OnnxPass
{
    private readonly Value _lengths; // (batch), int64
    private readonly Value _intervals;
    private bool _isFromEnd;

    /// <param name="graph">The graph.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="prepared">What follows from them.</param>
    /// <param name="options">How the model is exported.</param>
    /// <param name="input">(batch, length, channels), which says how long the longest sequence is.</param>
    /// <param name="lengths">Valid time steps of each sequence, (batch), int64.</param>
    /// <param name="intervals">(batch, length, 1), or none.</param>
    public WholePass(
        GraphBuilder graph, ParameterSet parameters, float[] prepared, OnnxExportOptions options, Value input, Value lengths,
        Value intervals)
        : base(graph, parameters, prepared, options)
    {
        (_lengths, _intervals) = (lengths, intervals);
        Length = input.Extent(1);
        var time = graph.Node("Range", graph.Integer(0), Length.Squeeze(0), graph.Integer(1));
        Time = time.Unsqueeze(0);
        IsValid = Time.Less(lengths.Unsqueeze(1)).Unsqueeze(-1);
    }

    public override bool IsStep => false;

    /// <summary>Time steps of the longest sequence, an int64 vector of one number.</summary>
    public Value Length { get; }

    /// <summary>The number of each time step, (1, length), int64.</summary>
    public Value Time { get; }

    /// <summary>Which time steps are no padding, (batch, length, 1).</summary>
    public Value IsValid { get; private set; }

    /// <summary>Valid time steps of each sequence, (batch), int64.</summary>
    public Value Lengths => Copies == 1 ? _lengths : Copied(_lengths);

    public override Value Intervals
    {
        get
        {
            if (_intervals.Builder is null)
                throw new InvalidOperationException("This model has no intervals.");
            if (!_isFromEnd)
                return Copied(_intervals);
            // The time that leads to a step from the one behind it; 1 where there is none.
            var behind = Value.Concat(1, _intervals.Slice(1, 1), Graph.Constant("Ones", [1f], 1, 1, 1).Expand(First(_intervals)));
            var isLast = Time.EqualTo(_lengths.Unsqueeze(1) - Graph.Constant([1L])).Unsqueeze(-1);
            return Copied(Reversed(isLast.Choose(Graph.Constant(1f), behind), _lengths));
        }
    }

    public override Value IsFirst => Time.EqualTo(Graph.Integer(0)).Unsqueeze(-1);

    public override Value[] Recur(long[][] states, Value[] inputs, RecurrenceStep step)
        => Scan(Zeros(states, inputs[0]), inputs, step).Outputs;

    public override Value[] Accumulate(long[][] states, Value[] inputs, Func<Value[], Value[], Value[]> step)
        => Scan(Zeros(states, inputs[0]), inputs, (before, now) => (step(before, now), [])).States;

    // States of the batch of an input.
    private Value[] Zeros(long[][] states, Value input)
    {
        var batch = input.Extent(0);
        return [.. states.Select(extents => Value.Zeros(Value.Concat(0, batch, Graph.Constant(extents))))];
    }

    /// <summary>
    /// A recurrence over the second axis of its inputs from states that are given; it returns those behind the last step, too.
    /// </summary>
    public (Value[] States, Value[] Outputs) Scan(Value[] initial, Value[] inputs, RecurrenceStep step)
        => Models.Scan.Of(Graph, initial, inputs, step);

    public override Value Late(Value input, long size)
        => Value.Concat(1, Value.Zeros(Value.Concat(0, input.Extent(0), Graph.Constant(1, size))), input.Slice(1, 0, -1));

    public override Value Reverse(Value input) => Reversed(input, Lengths);

    public override OnnxPass FromEnd()
    {
        var pass = (WholePass)MemberwiseClone();
        pass._isFromEnd = !_isFromEnd;
        return pass;
    }

    public override OnnxPass Repeat(int copies)
    {
        var pass = (WholePass)base.Repeat(copies);
        pass.IsValid = pass.Copied(IsValid, copies);
        return pass;
    }

    /// <summary>Zeros in the place of what stands in the padding of (batch, length, channels).</summary>
    public Value OnlyValid(Value input) => IsValid.Choose(input, Graph.Constant(0f));

    /// <summary>Zeros behind (batch, length, size) up to a multiple of some steps.</summary>
    public Value Padded(Value input, long steps)
    {
        var missing = Graph.Node("Mod", Graph.Constant([0L]) - Length, Graph.Constant([steps]));
        return Graph.Node("Pad", input, Value.Concat(0, Graph.Constant(0, 0, 0, 0), missing, Graph.Constant([0L])));
    }

    /// <summary>The first <see cref="Length"/> steps.</summary>
    public Value Cut(Value padded) => padded.Slice(1, Graph.Constant([0L]), Length);

    /// <summary>(batch, length, size) as whole chunks, (batch, chunks, steps, size), the last filled up with zeros.</summary>
    public Value Chunked(Value input, long steps, long size) => Padded(input, steps).Reshape(0, -1, steps, size);

    /// <summary>What <see cref="Chunked"/> has cut, together again.</summary>
    public Value Unchunked(Value chunks, long size) => Cut(chunks.Reshape(0, -1, size));

    private Value Reversed(Value input, Value lengths)
        => Graph.Node("ReverseSequence", [("batch_axis", 0L), ("time_axis", 1L)], input, lengths);

    // Each sequence several times, one copy behind the other.
    private Value Copied(Value values) => Copied(values, Copies);

    private Value Copied(Value values, int copies)
    {
        if (copies == 1)
            return values;
        var shape = values.Shape();
        var rest = shape.Slice(0, 1);
        var expanded = values.Unsqueeze(1).Expand(Value.Concat(0, shape.Slice(0, 0, 1), Graph.Constant([(long)copies]), rest));
        return expanded.Reshape(Value.Concat(0, Graph.Constant([-1L]), rest));
    }

    // The shape of the first time step of values.
    private static Value First(Value values) => values.Slice(1, 0, 1).Shape();
}
