using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="S6"/>: <c>x_t = exp(Delta_t A) x_{t-1} + (Delta_t u_t) B_t^T</c>, <c>y_t = x_t C_t + D u_t</c>, where Delta, B and C are
/// projections of u; the state is (N, D).
/// </summary>
internal sealed class OnnxS6(S6 s6) : IOnnxLayer
{
    // Chunks of a sequence, which run side by side.
    internal static int Chunks = 8;

    public Value Apply(OnnxPass pass, Value input)
    {
        var parts = input.MatMul(pass.Transposed(s6.XProj)).Split(s6.Rank, s6.States, s6.States);
        var steps = StepSizes.OverIntervals(
            pass, StepSizes.Softplus(parts[0].MatMul(pass.Transposed(s6.DtProj)) + pass.Constant(s6.DtBias)), s6.HasIntervals);
        Value[] inputs = [steps, input, parts[1], parts[2]];
        var y = pass is WholePass whole && Chunks > 1 ? Chunked(whole, inputs) : pass.Recur([[s6.States, s6.InputSize]], inputs, Step(pass))[0];
        return y + input * pass.Constant(s6.FeedThrough);
    }

    // A, (N, D).
    private Value Rates(OnnxPass pass) => pass.Graph.Constant("A", s6.Rates.Of(pass.Prepared), s6.States, s6.InputSize);

    // From the state, Delta, u, B and C.
    private RecurrenceStep Step(OnnxPass pass) => (before, row) =>
    {
        Value rates = Rates(pass), log = row[0].Unsqueeze(1) * rates, decay = log.Exp(), u = row[1], b = row[2].Unsqueeze(2);
        var added = s6.IsHeld
            ? StepSizes.ExpMinusOne(log, decay) * rates.Reciprocal() * (b * u.Unsqueeze(1))
            : b * (row[0] * u).Unsqueeze(1);
        var x = before[0] * decay + added;
        return ([x], [ReadOut(x, row[3])]);
    };

    // (batch, N, D) and (batch, N) to (batch, D).
    private static Value ReadOut(Value x, Value c) => c.Unsqueeze(1).MatMul(x).Squeeze(1);

    private Value Chunked(WholePass pass, Value[] inputs)
    {
        var graph = pass.Graph;
        int size = s6.InputSize, states = s6.States;
        Value[] rows = [.. inputs.Zip([size, size, states, states], (rows, width) =>
            TimeChunks.OfNumber(rows, Chunks, width).Reshape(Value.Concat(0, rows.Extent(0) * graph.Constant([(long)Chunks]), graph.Constant(-1, width))))];
        var rates = Rates(pass);
        var step = Step(pass);
        // Every chunk from a state of zero, and the sum of its steps.
        var sum = Value.Zeros(Value.Concat(0, rows[0].Extent(0), graph.Constant([(long)size])));
        var state = Value.Zeros(Value.Concat(0, rows[0].Extent(0), graph.Constant(states, size)));
        var (ends, within) = pass.Scan([state, sum], rows, (before, row) =>
        {
            var (next, y) = step(before, row);
            var sums = before[1] + row[0];
            return ([next[0], sums], [y[0], sums]);
        });
        // The state before each chunk.
        var decay = (ends[1].Unsqueeze(1) * rates).Exp();
        Value[] ofChunks = [.. new[] { decay, ends[0] }.Select(all => all.Reshape(-1, Chunks, states, size))];
        var states0 = pass.Recur([[states, size]], ofChunks, (before, row) => ([before[0] * row[0] + row[1]], [before[0]]))[0]
            .Reshape(-1, states, size);
        // What it adds to each step of the chunk.
        var added = pass.Scan([], [within[1], rows[3]], (_, row) =>
            ([], [ReadOut((row[0].Unsqueeze(1) * rates).Exp() * states0, row[1])])).Outputs[0];
        return TimeChunks.Join(pass, (within[0] + added).Reshape(Value.Concat(0, inputs[0].Extent(0), graph.Constant(-1, size))), size);
    }
}
