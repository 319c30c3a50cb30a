using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <c>x_t = a_t x_{t-1} + v_t</c>, state by state, with factors that vary. Numbers are one plane, (..., states), where they are real, and
/// two where they are complex. Over whole sequences all chunks of <see cref="Chunk"/> steps run side by side from states of zero, then the
/// states at their ends are a recurrence over chunks, and each step gets what the state before its chunk adds. So there are some dozens of
/// steps of ONNX's <c>Scan</c>, each of which takes microseconds however small it is, in the place of one a time step.
/// </summary>
internal static class VaryingScan
{
    // A chunk of 32 is no faster for a batch of one and slower for larger ones; step by step a batch of one takes twice as long.
    private const int Chunk = 16;

    /// <param name="pass">The pass.</param>
    /// <param name="factors">Planes of a.</param>
    /// <param name="inputs">Planes of v.</param>
    /// <param name="states">Their last extent.</param>
    /// <returns>Planes of x.</returns>
    public static Value[] Apply(OnnxPass pass, Value[] factors, Value[] inputs, int states)
        => pass is WholePass whole ? Chunked(whole, factors, inputs, states) : Steps(pass, factors, inputs, states);

    /// <summary>The product of real or complex numbers.</summary>
    public static Value[] Multiply(Value[] a, Value[] b)
        => a.Length == 1 ? [a[0] * b[0]] : [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];

    private static Value[] Steps(OnnxPass pass, Value[] factors, Value[] inputs, int states)
    {
        int planes = factors.Length;
        return pass.Recur([.. factors.Select(_ => new long[] { states })], [.. factors, .. inputs], (before, rows) =>
        {
            var next = Add(Multiply(rows[..planes], before), rows[planes..]);
            return (next, next);
        });
    }

    private static Value[] Chunked(WholePass pass, Value[] factors, Value[] inputs, int states)
    {
        var graph = pass.Graph;
        int planes = factors.Length;
        Value[] rows = [.. factors.Concat(inputs).Select(plane => TimeChunks.OfSteps(plane, Chunk, states).Reshape(-1, Chunk, states))];
        // Within chunks, and the products of all factors up to each step.
        var zeros = Value.Zeros(Value.Concat(0, rows[0].Extent(0), graph.Constant([(long)states])));
        Value[] nothing = [.. inputs.Select(_ => zeros)], one = [zeros + 1, .. nothing[1..]];
        var (ends, within) = pass.Scan([.. nothing, .. one], rows, (before, row) =>
        {
            var a = row[..planes];
            Value[] next = [.. Add(Multiply(a, before[..planes]), row[planes..]), .. Multiply(a, before[planes..])];
            return (next, next);
        });
        // The states before chunks.
        var ofSequences = Value.Concat(0, inputs[0].Extent(0), graph.Constant(-1, states));
        var before = Steps(
            pass, [.. ends[planes..].Select(plane => plane.Reshape(ofSequences))],
            [.. ends[..planes].Select(plane => plane.Reshape(ofSequences))], states);
        var added = Multiply(within[planes..], [.. before.Select(plane => pass.Late(plane, states).Reshape(-1, 1, states))]);
        var length = pass.Length;
        return [.. Add(within[..planes], added).Select(
            plane => plane.Reshape(ofSequences).Slice(1, graph.Constant([0L]), length))];
    }

    private static Value[] Add(Value[] a, Value[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
