using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="SsdScan"/>: <c>h_t = a_t h_{t-1} + Delta_t x_t B_t^T</c>, <c>a_t = exp(-Delta_t exp(ALog))</c>,
/// <c>y_t = h_t C_t + D x_t</c>, with h (N, heads, P). Over whole sequences the steps of a chunk meet in matrix products, and chunks
/// through their states (Dao, Gu 2024, section 6). ONNX Runtime's own <c>LinearAttention</c>, with its gated rule, is the same recurrence,
/// but took half as long again.
/// </summary>
internal sealed class OnnxSsdScan(SsdScan ssd) : IOnnxLayer
{
    private const int Chunk = 32;

    // Its exponential is 0, and sums of a chunk of it are no infinity, which times 0 would be NaN.
    private const float LeastLog = -200;

    private int Width => ssd.OutputSize / ssd.Heads;

    public Value Apply(OnnxPass pass, Value input)
    {
        var parts = input.Split(ssd.OutputSize, ssd.States, ssd.States, ssd.Heads);
        var steps = StepSizes.OverIntervals(pass, StepSizes.Softplus(parts[3] + pass.Constant(ssd.DtBias)), ssd.HasIntervals);
        float[] rates = [.. ssd.ALog.Of(pass.Values).ToArray().Select(log => (float)-Math.Min(Math.Exp(log), SsdScan.FastestRate))];
        var logs = (steps * pass.Graph.Constant("Rates", rates, ssd.Heads)).Clamp(LeastLog, 0);
        var x = pass.Fold(parts[0], ssd.Heads, Width);
        var fed = x * steps.Unsqueeze(-1);
        var y = pass is WholePass whole ? Spoiled(whole, logs, pass.Flatten(fed, ssd.OutputSize), parts[1], parts[2])
            : Step(pass, logs, fed, parts[1], parts[2]);
        return y + pass.Flatten(x * pass.Constant(ssd.FeedThrough).Unsqueeze(-1), ssd.OutputSize);
    }

    private Value Step(OnnxPass pass, Value logs, Value fed, Value b, Value c)
        => pass.Recur([[ssd.States, ssd.Heads, Width]], [logs.Exp(), fed, b, c], (before, row) =>
        {
            var h = before[0] * row[0].Unsqueeze(1, 3) + row[1].Unsqueeze(1) * row[2].Unsqueeze(2, 3);
            var y = row[3].Unsqueeze(1).MatMul(h.Reshape(0, 0, ssd.OutputSize));
            return ([h], [y.Squeeze(1)]);
        })[0];

    // The zeros of a chunk would make NaN of NaN at earlier steps too, so there is none in its products; it stands in its place and behind
    // it in what comes out. A step that is NaN makes NaN of what is fed in.
    private Value Spoiled(WholePass pass, Value logs, Value fed, Value b, Value c)
    {
        var spoils = fed.IsNaN().To(ElementType.Float) + b.IsNaN().To(ElementType.Float).Sum(-1, keep: true);
        var isSpoiled = pass.Graph.Constant(0f).Less(spoils.RunningSum(1));
        return isSpoiled.Choose(pass.Graph.Constant(float.NaN), Chunked(pass, logs.WithoutNaN(), fed.WithoutNaN(), b.WithoutNaN(), c));
    }

    private Value Chunked(WholePass pass, Value logs, Value fed, Value b, Value c)
    {
        int size = ssd.OutputSize, states = ssd.States, heads = ssd.Heads;
        Value x = pass.Chunked(fed, Chunk, size), log = pass.Chunked(logs, Chunk, heads),
            key = pass.Chunked(b, Chunk, states), query = pass.Chunked(c, Chunk, states);
        var (seen, lower, strict) = Triangles(pass.Graph);
        // (batch, chunks, heads, to, from): the sum of the logs behind one step up to another. Each sum has its own terms only, so a step
        // that forgets everything costs its neighbours no digits.
        var sums = lower.MatMul(log.Transpose(0, 1, 3, 2).Unsqueeze(-1) * strict);
        var decay = seen.Choose(sums.Exp(), pass.Graph.Constant(0f));
        var weights = query.MatMul(key.Transpose(0, 1, 3, 2)).Unsqueeze(2) * decay;
        var inner = weights.MatMul(x.Reshape(0, 0, Chunk, heads, Width).Transpose(0, 1, 3, 2, 4)).Transpose(0, 1, 3, 2, 4);
        // (batch, chunks, Chunk, heads): from before the chunk up to a step, and from a step to the end of the chunk.
        var fromStart = lower.MatMul(log).Exp();
        var toEnd = decay.Slice(3, Chunk - 1).Squeeze(3).Transpose(0, 1, 3, 2);
        var ends = key.Transpose(0, 1, 3, 2).MatMul(ByHead(x, toEnd).Reshape(0, 0, Chunk, size));
        // The state before each chunk.
        Value[] inputs = [fromStart.Slice(2, Chunk - 1), ends.Reshape(0, 0, states, heads, Width)];
        var before = pass.Recur([[states, heads, Width]], inputs, (state, row) =>
            ([state[0] * row[0].Unsqueeze(-1) + row[1]], [state[0]]))[0];
        var outer = ByHead(query.MatMul(before.Reshape(0, 0, states, size)), fromStart);
        return pass.Unchunked(inner + outer, size);
    }

    // (batch, chunks, Chunk, D) times a factor a head, (batch, chunks, Chunk, heads).
    private Value ByHead(Value x, Value factors) => x.Reshape(0, 0, Chunk, ssd.Heads, Width) * factors.Unsqueeze(-1);

    // (to, from): where from is not behind to; the same as numbers; where from is before to, as numbers. ONNX Runtime makes them when it
    // loads the model.
    private static (Value Seen, Value Lower, Value Strict) Triangles(GraphBuilder graph)
    {
        var from = graph.Constant([.. Enumerable.Range(0, Chunk).Select(step => (long)step)]);
        var to = from.Unsqueeze(1);
        var seen = from.AtMost(to);
        return (seen, seen.To(ElementType.Float), from.Less(to).To(ElementType.Float));
    }
}
