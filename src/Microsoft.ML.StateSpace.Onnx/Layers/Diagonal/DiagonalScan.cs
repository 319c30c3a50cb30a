using System.Numerics;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <c>x_t = lambda x_{t-1} + v_t</c> for N complex states with fixed poles, as two planes (..., 2N). Over whole sequences, chunks of
/// <see cref="Chunk"/> steps are one product each with a triangle of powers of lambda, and only the states at their ends are a recurrence;
/// so nearly all of the work is matrix products, whose number does not grow with the length.
/// </summary>
internal static class DiagonalScan
{
    // 4 Chunk multiply-adds a state and step; ONNX Runtime takes some microseconds for a step of the recurrence between chunks.
    private const int Doublings = 4, Chunk = 1 << Doublings;

    public static Value Apply(OnnxPass pass, ReadOnlySpan<float> lambda, Value input)
    {
        int states = lambda.Length / 2;
        var poles = new Complex[states];
        for (int n = 0; n < states; n++)
            poles[n] = new(lambda[n], lambda[states + n]);
        return pass is WholePass whole ? Chunked(whole, poles, input) : Steps(pass, poles, input);
    }

    /// <summary>Step by step: (..., 2N), or with further axes in front.</summary>
    private static Value Steps(OnnxPass pass, Complex[] poles, Value input)
    {
        var (real, imaginary) = Factors(pass.Graph, poles);
        return pass.Recur([2 * poles.Length], input, (before, row) =>
        {
            var next = Multiply(before, real, imaginary, poles.Length) + row;
            return (next, next);
        });
    }

    /// <summary>Numbers as two factors: x -> (re, re) x + (-im, im) (x's planes exchanged).</summary>
    public static (Value Real, Value Imaginary) Factors(GraphBuilder graph, Complex[] poles)
    {
        float[] real = [.. poles.Select(pole => (float)pole.Real), .. poles.Select(pole => (float)pole.Real)];
        float[] imaginary = [.. poles.Select(pole => (float)-pole.Imaginary), .. poles.Select(pole => (float)pole.Imaginary)];
        return (graph.Constant("Lambda.Real", real, real.Length), graph.Constant("Lambda.Imaginary", imaginary, imaginary.Length));
    }

    /// <summary>The product with such factors, of (..., 2N).</summary>
    public static Value Multiply(Value x, Value real, Value imaginary, int states)
    {
        var planes = x.Split(states, states);
        return x * real + Value.Concat(-1, planes[1], planes[0]) * imaginary;
    }

    private static Value Chunked(WholePass pass, Complex[] poles, Value input)
    {
        var graph = pass.Graph;
        int states = poles.Length, width = 2 * states;
        var chunks = pass.Chunked(input, Chunk, width);
        // (2N, batch, chunks, Chunk) by state: the planes of a state side by side make 2 Chunk inputs of its product.
        var byState = Value.Concat(
            -1, [.. chunks.Transpose(3, 0, 1, 2).SplitAxis(0, states, states)]);
        var powers = PolePowers.Of(graph, poles, Doublings, states);
        float[] steps = [.. Enumerable.Range(0, 2 * Chunk).Select(column => (float)(column % Chunk))];
        var within = CausalProduct.Apply(
            byState.Reshape(0, -1, 2 * Chunk), Triangle(powers.All), graph.Constant("Steps", steps, 2 * Chunk), Chunk);
        // Back to (batch, chunks, Chunk, 2N).
        var shape = Value.Concat(0, graph.Constant([(long)states]), chunks.Shape().Slice(0, 0, 2), graph.Constant([2L * Chunk]));
        var planes = within.Reshape(shape).SplitAxis(-1, Chunk, Chunk);
        var inner = Value.Concat(0, planes).Transpose(1, 2, 3, 0);
        // The state before each chunk: a recurrence over chunks.
        var (real, imaginary) = Factors(powers.Last);
        var before = pass.Recur([width], inner.Slice(2, Chunk - 1).Squeeze(2), (state, end) =>
            (Multiply(state, real, imaginary, states) + end, state));
        // What it adds to each step of the chunk.
        var (powersReal, powersImaginary) = Factors(powers.All);
        var added = Multiply(before.Unsqueeze(2), powersReal, powersImaginary, states);
        return pass.Unchunked(inner + added, width);
    }

    // Powers of the states, (N, steps), as factors of two planes, (steps, 2N) each: as for numbers.
    private static (Value Real, Value Imaginary) Factors(Planes powers)
    {
        var (real, imaginary) = Rounded(powers.Each(plane => plane.Transpose(1, 0)));
        return (Value.Concat(-1, real, real), Value.Concat(-1, -imaginary, imaginary));
    }

    // For each state the matrix (2 Chunk, 2 Chunk) from the inputs of a chunk, real plane first, to its states, as a choice among powers
    // 0 .. Chunk - 1 of each state: real, imaginary, -imaginary, 0.
    private static Value Triangle(Planes powers)
    {
        var graph = powers.Re.Builder;
        var (real, imaginary) = Rounded(powers.Each(plane => plane.Slice(1, 0, Chunk - 1)));
        var zero = real.Slice(1, 0, 1) * 0f;
        var choices = Value.Concat(1, zero + 1, real, zero, imaginary, zero, -imaginary, zero);
        var choice = new long[4 * Chunk * Chunk];
        for (int from = 0; from < 2 * Chunk; from++)
        {
            for (int to = 0; to < 2 * Chunk; to++)
            {
                int steps = to % Chunk - from % Chunk;
                bool fromReal = from < Chunk, toReal = to < Chunk;
                int plane = fromReal == toReal ? 0 : fromReal ? 1 : 2;
                choice[from * 2 * Chunk + to] = steps < 0 ? 3 * Chunk : plane * Chunk + steps;
            }
        }
        return choices.Gather(graph.Integers("Triangle", choice, 2 * Chunk, 2 * Chunk), 1);
    }

    private static (Value Real, Value Imaginary) Rounded(Planes planes)
        => (planes.Re.To(ElementType.Float), planes.Im!.Value.To(ElementType.Float));
}
