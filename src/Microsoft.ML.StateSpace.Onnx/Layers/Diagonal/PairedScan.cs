using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <c>x_t = x_{t-1} + p_t x_{t-1} + v_t</c>, with increments that differ from step to step and may be too small for 1 + p to keep their
/// digits. Over whole sequences two steps at a time become one, <see cref="Levels"/> times; only what is then left is a recurrence, and its
/// states give those between. Each level halves the steps, so all of them together cost little more than the first. Nothing is multiplied
/// with zeros, so NaN reaches only the steps behind it.
/// </summary>
internal static class PairedScan
{
    private const int Levels = 5;

    /// <param name="pass">The pass.</param>
    /// <param name="factors">p, (..., size).</param>
    /// <param name="inputs">v, (..., size).</param>
    /// <param name="size">Number of states.</param>
    /// <returns>x, (..., size).</returns>
    public static Planes Apply(OnnxPass pass, Planes factors, Planes inputs, long size)
    {
        if (pass is not WholePass whole)
            return Steps(pass, factors, inputs, size);
        int steps = 1 << Levels;
        var x = Pairs(
            whole, factors.Each(plane => whole.Padded(plane, steps)), inputs.Each(plane => whole.Padded(plane, steps)), size, Levels);
        return x.Each(plane => whole.Cut(plane));
    }

    private static Planes Steps(OnnxPass pass, Planes factors, Planes inputs, long size)
    {
        int planes = inputs.Parts.Length;
        long[][] states = [.. Enumerable.Repeat<long[]>([size], planes)];
        var outputs = pass.Recur(states, [.. factors.Parts, .. inputs.Parts], (before, rows) =>
        {
            Planes p = Planes.Of(rows.AsSpan(..^planes)), v = Planes.Of(rows.AsSpan(^planes..));
            var next = Step(p, Planes.Of(before), v).Parts;
            return (next, next);
        });
        return Planes.Of(outputs);
    }

    private static Planes Pairs(WholePass pass, Planes factors, Planes inputs, long size, int levels)
    {
        if (levels == 0)
            return Steps(pass, factors, inputs, size);
        var (p0, p1) = Halves(factors, size);
        var (v0, v1) = Halves(inputs, size);
        var product = Step(p1, p0, p1);
        var second = Pairs(pass, product, Step(p1, v0, v1), size, levels - 1);
        var first = Step(p0, second.Each(plane => pass.Late(plane, size)), v0);
        return new(Woven(first.Re, second.Re), first.Im is { } im ? Woven(im, second.Im!.Value) : null);

        Value Woven(Value even, Value odd) => Value.Concat(2, even.Unsqueeze(2), odd.Unsqueeze(2)).Reshape(0, -1, size);
    }

    private static Planes Step(Planes p, Planes x, Planes v) => x + (p * x + v);

    // The first and the second steps of all pairs.
    private static (Planes First, Planes Second) Halves(Planes steps, long size)
    {
        var pairs = steps.Each(plane => plane.Reshape(0, -1, 2, size));
        return (pairs.Each(plane => plane.Slice(2, 0, 1).Squeeze(2)), pairs.Each(plane => plane.Slice(2, 1).Squeeze(2)));
    }
}
