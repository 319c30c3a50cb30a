using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="S6"/>: <c>x_t = exp(Delta_t A) x_{t-1} + (Delta_t u_t) B_t^T</c>, <c>y_t = x_t C_t + D u_t</c>, where Delta, B and C are
/// projections of u; the state is (N, D). Whole sequences go step by step, since every state has a decay of its own: chunks side by side
/// would save steps, but cost half as much arithmetic again, for which ONNX Runtime takes longer in all batches but the smallest.
/// </summary>
internal sealed class OnnxS6(S6 s6) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        int size = s6.InputSize, states = s6.States;
        var parts = input.MatMul(pass.Transposed(s6.XProj)).Split(s6.Rank, states, states);
        var steps = StepSizes.OverIntervals(
            pass, StepSizes.Softplus(parts[0].MatMul(pass.Transposed(s6.DtProj)) + pass.Constant(s6.DtBias)), s6.HasIntervals);
        // All that a step multiplies has its shape before the recurrence: (1, D), or (N, 1), or (1, N).
        Value[] inputs =
        [
            pass.Fold(steps, 1, size), pass.Fold(s6.IsHeld ? input : steps * input, 1, size), pass.Fold(parts[1], states, 1),
            pass.Fold(parts[2], 1, states),
        ];
        var rates = pass.Graph.Constant("A", s6.Rates.Of(pass.Prepared), states, size);
        var y = pass.Recur([[states, size]], inputs, (before, row) =>
        {
            Value log = row[0] * rates, decay = log.Exp(), added = row[2] * row[1];
            if (s6.IsHeld)
                added *= StepSizes.ExpMinusOne(log, decay) * rates.Reciprocal();
            var x = before[0] * decay + added;
            return ([x], [row[3].MatMul(x)]);
        })[0];
        return pass.Flatten(y, size) + input * pass.Constant(s6.FeedThrough);
    }
}
