using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <c>x_t = a_t x_{t-1} + v_t</c>, state by state, with factors that vary. Numbers are (..., states), real or complex. Over whole
/// sequences all chunks of <see cref="Chunk"/> steps run side by side from states of zero, then the states at their ends are a recurrence
/// over chunks, and each step gets what the state before its chunk adds. So there are some dozens of steps of ONNX's <c>Scan</c>, each of
/// which takes microseconds however small it is, in the place of one a time step.
/// </summary>
internal static class VaryingScan
{
    // A chunk of 32 is no faster for a batch of one and slower for larger ones; step by step a batch of one takes twice as long.
    private const int Chunk = 16;

    /// <param name="pass">The pass.</param>
    /// <param name="factors">a.</param>
    /// <param name="inputs">v.</param>
    /// <param name="states">Their last extent.</param>
    /// <returns>x.</returns>
    public static Planes Apply(OnnxPass pass, Planes factors, Planes inputs, int states)
        => pass is WholePass whole ? Chunked(whole, factors, inputs, states) : Steps(pass, factors, inputs, states);

    private static Planes Steps(OnnxPass pass, Planes factors, Planes inputs, int states)
    {
        int planes = factors.Parts.Length;
        long[][] extents = [.. Enumerable.Repeat<long[]>([states], planes)];
        return Planes.Of(pass.Recur(extents, [.. factors.Parts, .. inputs.Parts], (before, rows) =>
        {
            var next = (Planes.Of(rows.AsSpan(..planes)) * Planes.Of(before) + Planes.Of(rows.AsSpan(planes..))).Parts;
            return (next, next);
        }));
    }

    private static Planes Chunked(WholePass pass, Planes factors, Planes inputs, int states)
    {
        var graph = pass.Graph;
        int planes = factors.Parts.Length;
        Value[] rows =
            [.. factors.Parts.Concat(inputs.Parts).Select(plane => pass.Chunked(plane, Chunk, states).Reshape(-1, Chunk, states))];
        // Within chunks, and the products of all factors up to each step.
        var zeros = Value.Zeros(Value.Concat(0, rows[0].Extent(0), graph.Constant([(long)states])));
        Planes nothing = inputs.Each(_ => zeros), one = nothing with { Re = zeros + 1 };
        var (ends, within) = pass.Scan([.. nothing.Parts, .. one.Parts], rows, (before, row) =>
        {
            Planes a = First(row), x = a * First(before) + Second(row), product = a * Second(before);
            Value[] next = [.. x.Parts, .. product.Parts];
            return (next, next);
        });
        // The states before chunks.
        var ofSequences = Value.Concat(0, inputs.Re.Extent(0), graph.Constant(-1, states));
        var ofChunks = Steps(
            pass, Second(ends).Each(plane => plane.Reshape(ofSequences)), First(ends).Each(plane => plane.Reshape(ofSequences)), states);
        var added = Second(within) * ofChunks.Each(plane => pass.Late(plane, states).Reshape(-1, 1, states));
        return (First(within) + added).Each(plane => pass.Cut(plane.Reshape(ofSequences)));

        Planes First(Value[] values) => Planes.Of(values.AsSpan(..planes));

        Planes Second(Value[] values) => Planes.Of(values.AsSpan(planes..));
    }
}
