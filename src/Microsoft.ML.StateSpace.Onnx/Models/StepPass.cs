using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>
/// One time step of each sequence of a batch. All that is remembered lies in one state, (batch, size), zero before the first step: each
/// recurrence takes its part of it, in the order in which layers ask.
/// </summary>
internal sealed class StepPass : OnnxPass
{
    private readonly StateParts _parts;
    private readonly Value _intervals;
    private Value? _number;

    /// <param name="graph">The graph.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="prepared">What follows from them.</param>
    /// <param name="options">How the model is exported.</param>
    /// <param name="state">The state before the step, (batch, size).</param>
    /// <param name="intervals">(batch, 1), or none.</param>
    public StepPass(
        GraphBuilder graph, ParameterSet parameters, float[] prepared, OnnxExportOptions options, Value state, Value intervals)
        : base(graph, parameters, prepared, options)
        => (_parts, _intervals) = (new StateParts(state), intervals);

    public override bool IsStep => true;

    /// <summary>Floats of the state, once all layers have taken their parts.</summary>
    public long StateSize => _parts.Size;

    /// <summary>The state behind the step, once all layers have set their parts.</summary>
    public Value NextState => _parts.Next(Graph);

    /// <summary>The number of this step, from 1, (batch, 1).</summary>
    public Value Number => _number ??= Count();

    public override Value Intervals
        => _intervals.Builder is null ? throw new InvalidOperationException("This model has no intervals.") : _intervals;

    public override Value[] Recur(long[][] states, Value[] inputs, RecurrenceStep step)
    {
        var before = states.Select(extents => _parts.Take(extents, Copies)).ToArray();
        var (next, outputs) = step([.. before.Select(part => part.Before)], inputs);
        for (int i = 0; i < before.Length; i++)
            _parts.Set(before[i].Index, next[i], states[i], Copies);
        return outputs;
    }

    public override Value[] Accumulate(long[][] states, Value[] inputs, Func<Value[], Value[], Value[]> step)
        => Recur(states, inputs, (before, now) =>
        {
            var next = step(before, now);
            return (next, next);
        });

    public override Value IsFirst => Number.EqualTo(Graph.Constant(1f));

    // A float counts to 2^24 alone; two of them go on.
    private Value Count()
    {
        const float Turn = 1 << 20;
        return Recur([[1], [1]], [], (states, _) =>
        {
            var low = states[0] + 1;
            var turns = low.EqualTo(Graph.Constant(Turn));
            low = turns.Choose(Graph.Constant(0f), low);
            var high = turns.Choose(states[1] + 1, states[1]);
            return ([low, high], [high * Turn + low]);
        })[0];
    }

    public override Value Late(Value input, long size) => Recur([size], input, (before, now) => (now, before));

    public override Value Reverse(Value input)
        => throw new InvalidOperationException(
            "This model cannot be exported as a step: it is bidirectional, so its answer to a time step depends on the steps that come "
            + "after it. Train it with Architecture.Bidirectional = false, or export it with Form = OnnxForm.Sequences.");

    public override OnnxPass FromEnd() => throw new InvalidOperationException("A step is not read from the end.");
}
