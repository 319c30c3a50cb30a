using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>
/// The first measured outputs of a record, from which the effect of its unknown initial state is found: their errors go on as
/// <see cref="NoiseModel"/> says, and what is expected of them is added to the answers behind the steps that are told.
/// </summary>
/// <param name="errors">How the errors go on.</param>
/// <param name="told">How many first steps are told.</param>
internal sealed class FirstOutputs(NoiseModel errors, int told)
{
    // Errors that are remembered of each output, the last one first.
    private readonly int _order = errors.Coefficients.Max(a => a.Count);

    private int Outputs => errors.Coefficients.Count;

    /// <summary>How many first steps are told.</summary>
    public int Told => told;

    /// <param name="pass">The pass.</param>
    /// <param name="answers">The free run, (batch, length, outputs), or in a step (batch, outputs).</param>
    /// <param name="measured">
    /// What was measured of the first steps, (batch, any length, outputs), or in a step (batch, outputs); NaN is not known.
    /// </param>
    /// <param name="held">How many steps a stream has made before the first that is told.</param>
    /// <returns>The corrected answers.</returns>
    public Value Correct(OnnxPass pass, Value answers, Value measured, int held = 0)
    {
        if (_order == 0)
            return answers;
        var isTold = pass is StepPass step
            ? step.Number.AtMost(pass.Graph.Constant((float)(held + told)))
            : IsTold(answers);
        var targets = pass is StepPass ? measured : AsLongAs(answers, measured);
        return pass.Recur([[Outputs, _order]], [answers, targets, isTold.To(ElementType.Float)], (states, now) =>
        {
            var (next, answer) = Step(pass.Graph, states[0], now[0], now[1], now[2]);
            return ([next], [answer]);
        })[0];
    }

    private (Value State, Value Answer) Step(GraphBuilder graph, Value before, Value answer, Value target, Value isTold)
    {
        var expected = (before * Coefficients(graph)).Sum(-1);
        var error = target - answer;
        var isWithin = graph.Constant(0.5f).Less(isTold);
        var isKnown = isWithin.And(error.Abs().Less(graph.Constant(float.PositiveInfinity)));
        var now = isKnown.Choose(error, expected).Unsqueeze(-1);
        var next = _order == 1 ? now : Value.Concat(-1, now, before.Slice(-1, 0, _order - 1));
        return (next, isWithin.Choose(answer, answer + expected));
    }

    // (outputs, order), zero where an output has fewer.
    private Value Coefficients(GraphBuilder graph)
    {
        var values = new float[Outputs * _order];
        for (int output = 0; output < Outputs; output++)
        {
            for (int i = 0; i < errors.Coefficients[output].Count; i++)
                values[output * _order + i] = (float)errors.Coefficients[output][i];
        }
        return graph.Constant("InitialErrors", values, Outputs, _order);
    }

    // (1, length, 1)
    private Value IsTold(Value answers)
    {
        var graph = answers.Builder;
        var time = graph.Node("Range", graph.Integer(0), answers.Extent(1).Squeeze(0), graph.Integer(1));
        return time.Less(graph.Constant([(long)told])).Unsqueeze(0, 2);
    }

    private static Value AsLongAs(Value answers, Value measured)
    {
        var unknown = answers.Builder.Constant(float.NaN).Expand(answers.Shape());
        return Value.Concat(1, measured, unknown).Slice(1, answers.Builder.Constant([0L]), answers.Extent(1));
    }
}
