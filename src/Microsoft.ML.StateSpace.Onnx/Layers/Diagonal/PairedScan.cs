using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <c>x_t = p_t x_{t-1} + v_t</c>, or <c>x_t = x_{t-1} + p_t x_{t-1} + v_t</c>, with factors that differ from step to step. Over whole
/// sequences two steps at a time become one, <see cref="Levels"/> times; only what is then left is a recurrence, and its states give those
/// between. Each level halves the steps, so all of them together cost little more than the first. Nothing is multiplied with zeros, so NaN
/// reaches only the steps behind it.
/// </summary>
internal static class PairedScan
{
    private const int Levels = 5;

    /// <summary>How a step takes the state on.</summary>
    public enum Kind
    {
        /// <summary><c>p x + v</c>.</summary>
        Factors,

        /// <summary><c>x + p x + v</c>, where p is too small for 1 + p to keep its digits.</summary>
        Increments,
    }

    /// <param name="pass">The pass.</param>
    /// <param name="factors">p, (..., size).</param>
    /// <param name="inputs">v, (..., size).</param>
    /// <param name="size">Number of states.</param>
    /// <param name="kind">How a step takes the state on.</param>
    /// <returns>x, (..., size).</returns>
    public static Planes Apply(OnnxPass pass, Planes factors, Planes inputs, long size, Kind kind)
    {
        if (pass is not WholePass whole)
            return Steps(pass, factors, inputs, size, kind);
        int steps = 1 << Levels;
        var x = Pairs(
            whole, factors.Each(plane => whole.Padded(plane, steps)), inputs.Each(plane => whole.Padded(plane, steps)), size, kind, Levels);
        return x.Each(plane => whole.Cut(plane));
    }

    private static Planes Steps(OnnxPass pass, Planes factors, Planes inputs, long size, Kind kind)
    {
        int planes = inputs.Parts.Length;
        long[][] states = [.. Enumerable.Repeat<long[]>([size], planes)];
        var outputs = pass.Recur(states, [.. factors.Parts, .. inputs.Parts], (before, rows) =>
        {
            Planes p = Planes.Of(rows.AsSpan(..^planes)), v = Planes.Of(rows.AsSpan(^planes..));
            var next = Step(p, Planes.Of(before), v, kind).Parts;
            return (next, next);
        });
        return Planes.Of(outputs);
    }

    private static Planes Pairs(WholePass pass, Planes factors, Planes inputs, long size, Kind kind, int levels)
    {
        if (levels == 0)
            return Steps(pass, factors, inputs, size, kind);
        var (p0, p1) = Halves(factors, size);
        var (v0, v1) = Halves(inputs, size);
        var product = kind == Kind.Factors ? p1 * p0 : Step(p1, p0, p1, kind);
        var second = Pairs(pass, product, Step(p1, v0, v1, kind), size, kind, levels - 1);
        var first = Step(p0, second.Each(plane => pass.Late(plane, size)), v0, kind);
        return new(Woven(first.Re, second.Re), first.Im is { } im ? Woven(im, second.Im!.Value) : null);

        Value Woven(Value even, Value odd) => Value.Concat(2, even.Unsqueeze(2), odd.Unsqueeze(2)).Reshape(0, -1, size);
    }

    private static Planes Step(Planes p, Planes x, Planes v, Kind kind) => kind == Kind.Factors ? p * x + v : x + (p * x + v);

    // The first and the second steps of all pairs.
    private static (Planes First, Planes Second) Halves(Planes steps, long size)
    {
        var pairs = steps.Each(plane => plane.Reshape(0, -1, 2, size));
        return (pairs.Each(plane => plane.Slice(2, 0, 1).Squeeze(2)), pairs.Each(plane => plane.Slice(2, 1).Squeeze(2)));
    }
}
