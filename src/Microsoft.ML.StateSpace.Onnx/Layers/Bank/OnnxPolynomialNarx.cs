using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="PolynomialNarx"/>: finite responses to the inputs, which are a convolution, and to powers and products with its own earlier
/// answers, which are a recurrence.
/// </summary>
/// <param name="narx">The layer.</param>
/// <param name="share">The share of the first row that was there for ever before a sequence.</param>
internal sealed class OnnxPolynomialNarx(PolynomialNarx narx, float share)
{
    private readonly int _inputs = narx.Inputs, _outputs = narx.Outputs, _lags = narx.Lags, _termLags = narx.Lags / 2,
        _terms = PolynomialNarx.TermsOf(narx.Inputs, narx.Outputs);

    public Value Apply(OnnxPass pass, Value input)
    {
        Value held = OnnxStepFeatures.First(pass, input) * share, weights = TermWeights(pass);
        var linear = (pass is WholePass ? Convolve(pass, input, held) : Lagged(pass, input, held)) + pass.Constant(narx.Bias);
        var settled = pass.IsStep ? Settled(pass, weights, held) : Settled(pass, weights, held.Squeeze(1)).Unsqueeze(1);
        var memory = pass.IsFirst.Choose(settled, pass.Graph.Constant(0f));
        return pass.Recur([[(long)_termLags * _terms]], [input, linear, memory], (states, now) =>
        {
            var (next, answer) = Step(pass, weights, states[0] + now[2], now[0], now[1]);
            return ([next], [answer]);
        })[0];
    }

    // One answer, (batch, outputs), and the terms behind it, from those before it, an input and what is linear in the inputs.
    private (Value Terms, Value Answer) Step(OnnxPass pass, Value weights, Value terms, Value input, Value linear)
    {
        var answer = linear + terms.MatMul(weights);
        float bound = narx.Bound.Of(pass.Values)[0];
        var y = answer.Clamp(-bound, bound);
        var products = (input.Unsqueeze(-1) * y.Unsqueeze(-2)).Reshape(0, _inputs * _outputs);
        Value squares = input * input, ySquares = y * y;
        var phi = Value.Concat(-1, squares, squares * input, products, ySquares, ySquares * y);
        return (Value.Concat(-1, [phi, .. _termLags > 1 ? new[] { terms.Slice(-1, 0, -_terms) } : []]), answer);
    }

    // The terms before a sequence whose first row was held long enough; a step needs them at the first time step only.
    private Value Settled(OnnxPass pass, Value weights, Value held)
    {
        var rows = held.Unsqueeze(1).Expand(pass.Graph.Constant(1, _lags, 1)).Reshape(0, _lags * _inputs);
        var linear = rows.MatMul(InputWeights(pass)) + pass.Constant(narx.Bias);
        var graph = pass.Graph;
        var zeros = Value.Zeros(Value.Concat(0, held.Extent(0), graph.Constant([(long)_termLags * _terms])));
        if (!pass.IsStep)
            return Scan(pass, weights, zeros, held, linear);
        // Only where some sequence begins.
        var begins = pass.IsFirst.To(ElementType.Float).Largest(0).EqualTo(graph.Constant(1f));
        return graph.If(begins, () => Scan(pass, weights, zeros, held, linear), () => zeros);
    }

    private Value Scan(OnnxPass pass, Value weights, Value terms, Value held, Value linear)
    {
        var graph = pass.Graph;
        var body = graph.Body("Settle", inner =>
        {
            string before = graph.Unique("State");
            inner.Inputs.Add(new ValueInfoProto(before, ElementType.Float, null));
            inner.Inputs.Add(new ValueInfoProto(graph.Unique("Row"), ElementType.Float, null));
            var (next, _) = Step(pass, weights, new Value(graph, before), held, linear);
            inner.Outputs.Add(new ValueInfoProto(graph.Node("Identity", next).Name, ElementType.Float, null));
        });
        var times = Value.Zeros(graph.Constant([(long)_termLags]));
        return graph.Nodes("Scan", 1, [("body", body), ("num_scan_inputs", 1L)], terms, times)[0];
    }

    // Over whole sequences, with the held row before each.
    private Value Convolve(OnnxPass pass, Value input, Value held)
    {
        var rows = _lags > 1
            ? Value.Concat(1, held.Expand(pass.Graph.Constant(1, _lags - 1, 1)), input) : input;
        var kernel = InputWeights(pass).Reshape(_lags, _inputs, _outputs).Transpose(2, 1, 0);
        // Lags count back in time.
        long[] back = [.. Enumerable.Range(1, _lags).Select(lag => (long)(_lags - lag))];
        kernel = kernel.Gather(pass.Graph.Constant(back), 2);
        return pass.Graph.Node("Conv", rows.Transpose(0, 2, 1), kernel).Transpose(0, 2, 1);
    }

    // In a step, with the inputs of the last steps, the newest first.
    private Value Lagged(OnnxPass pass, Value input, Value held)
    {
        var all = held.Unsqueeze(1).Expand(pass.Graph.Constant(1, _lags, 1)).Reshape(0, _lags * _inputs);
        return pass.Recur([(long)_lags * _inputs], input, (state, row) =>
        {
            var before = pass.IsFirst.Choose(all, state);
            var next = Value.Concat(-1, row, before.Slice(-1, 0, (_lags - 1) * _inputs));
            return (next, next.MatMul(InputWeights(pass)));
        });
    }

    // (lags inputs, outputs)
    private Value InputWeights(OnnxPass pass) => pass.Transposed(narx.Weights).Slice(0, 0, _lags * _inputs);

    // (lags terms, outputs)
    private Value TermWeights(OnnxPass pass) => pass.Transposed(narx.Weights).Slice(0, _lags * _inputs);
}
