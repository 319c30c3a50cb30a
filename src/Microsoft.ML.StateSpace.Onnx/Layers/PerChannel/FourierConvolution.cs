using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// Channels with the Sobolev filter, as <see cref="ConvolutionCore"/> computes them: <c>Y_j = (1 + j / F)^beta K_j U_j</c> over F
/// frequencies, at least twice as many as a sequence has steps, and a power of two. Since F and where K is cut depend on the sequence's own
/// length, sequences are transformed one after the other. The responses K are what the system makes of an impulse.
/// </summary>
internal static class FourierConvolution
{
    /// <param name="pass">The pass.</param>
    /// <param name="input">(batch, length, H).</param>
    /// <param name="channels">H.</param>
    /// <param name="directions">1, or 2 with a response that is mirrored in time.</param>
    /// <param name="run">The system without the filter, in a direction.</param>
    /// <param name="exponents">beta, (H).</param>
    public static Value Apply(
        WholePass pass, Value input, int channels, int directions, Func<Value, int, Value> run, Value exponents)
    {
        var graph = pass.Graph;
        var isFirst = pass.Time.EqualTo(graph.Integer(0)).Unsqueeze(-1).To(ElementType.Float);
        var impulse = isFirst * graph.Constant("Impulse", [.. Enumerable.Repeat(1f, channels)], channels);
        // (H, length) each
        var responses = Enumerable.Range(0, directions).Select(d => run(impulse, d).Squeeze(0).Transpose(1, 0)).ToArray();
        var body = graph.Body("Sequence", body =>
        {
            body.Inputs.Add(new ValueInfoProto(graph.Unique("Row"), ElementType.Float, null));
            body.Inputs.Add(new ValueInfoProto(graph.Unique("RowLength"), ElementType.Int64, null));
            Value row = new(graph, body.Inputs[0].Name), length = new Value(graph, body.Inputs[1].Name).Reshape(1);
            var y = Sequence(row.Transpose(1, 0), length, responses, exponents);
            var padded = graph.Node("Pad", y, Value.Concat(0, graph.Constant(0, 0, 0), pass.Length - length));
            // ONNX Runtime must know the rank of what comes out of a body, and knows none behind a transform.
            body.Outputs.Add(new ValueInfoProto(padded.Transpose(1, 0).Reshape(-1, channels).Name, ElementType.Float, null));
        });
        return graph.Node("Scan", [("body", body), ("num_scan_inputs", 2L)], input, pass.Lengths);
    }

    // From (H, length or more) to (H, length).
    private static Value Sequence(Value row, Value length, Value[] responses, Value exponents)
    {
        var graph = row.Builder;
        // The frequencies: twice the least power of two that is not less than the length.
        var powers = graph.Constant([.. Enumerable.Range(0, 31).Select(k => 1L << k)]);
        Value half = graph.Node(
            "ReduceMax", [("keepdims", 1L)], powers.Less(length).Choose(powers + powers, graph.Constant([1L]))), count = half + half;
        var kernel = Transform(graph, responses[0], length, count);
        if (responses.Length == 2)
        {
            // The spectrum of what is mirrored in time is the conjugate.
            var mirrored = Transform(graph, responses[1], length, count);
            kernel += mirrored with { Im = -mirrored.Im!.Value };
        }
        // Only frequencies up to the half are computed; those above, whose parts in a real signal are the same again, count with them.
        var frequency = graph.Node("Range", graph.Integer(0), half.Squeeze(0) + graph.Integer(1), graph.Integer(1));
        var isAlone = frequency.EqualTo(graph.Integer(0)).Or(frequency.EqualTo(half));
        var weight = isAlone.Choose(graph.Constant(1f), graph.Constant(2f))
            * ((frequency.To(ElementType.Float) / count.To(ElementType.Float) + 1).Log() * exponents.Unsqueeze(1)).Exp();
        var product = kernel * Transform(graph, row, length, count) * new Planes(weight);
        var spectrum = Value.Concat(-1, [.. product.Parts.Select(plane => plane.Unsqueeze(-1))]);
        var signal = graph.Node("DFT", [("axis", 1L), ("inverse", 1L)], spectrum, count.Squeeze(0));
        return Cut(graph, signal.Slice(2, 0, 1).Squeeze(2), length);
    }

    private static Planes Transform(GraphBuilder graph, Value signal, Value length, Value count)
    {
        var spectrum = graph.Node(
            "DFT", [("axis", 1L), ("onesided", 1L)], Cut(graph, signal, length).Unsqueeze(2), count.Squeeze(0));
        return new(spectrum.Slice(2, 0, 1).Squeeze(2), spectrum.Slice(2, 1).Squeeze(2));
    }

    private static Value Cut(GraphBuilder graph, Value signal, Value length) => signal.Slice(1, graph.Constant([0L]), length);
}
