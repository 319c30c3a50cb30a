using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Reduces the rows of each sequence to one vector: their mean, the last row, or the largest value of each channel.
/// Shapes: (rows, H) to (sequences, H). Only valid time steps are rows, so padding takes no part.
/// </summary>
internal static class Pool
{
    public static void Forward(Pooling kind, in Pass pass, ReadOnlySpan<float> input, Span<float> output)
    {
        int size = output.Length / pass.Sequences;
        for (int s = 0; s < pass.Sequences; s++)
        {
            var pooled = output.Slice(s * size, size);
            int first = pass.Starts[s], last = pass.Starts[s + 1] - 1;
            input.Slice((kind == Pooling.Last ? last : first) * size, size).CopyTo(pooled);
            if (kind == Pooling.Mean)
                Average(input[(first * size)..((last + 1) * size)], pooled);
            else if (kind == Pooling.Max)
                TakeLargest(input[((first + 1) * size)..((last + 1) * size)], pooled);
        }
    }

    /// <summary>
    /// Adds to the gradient of the rows. If several rows share the largest value of a channel, the first of them receives the whole
    /// gradient.
    /// </summary>
    public static void Backward(
        Pooling kind, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        int size = outputGradient.Length / pass.Sequences;
        for (int s = 0; s < pass.Sequences; s++)
        {
            var gradient = outputGradient.Slice(s * size, size);
            int first = pass.Starts[s], last = pass.Starts[s + 1] - 1;
            if (kind == Pooling.Max)
            {
                MaxBackward(input, first, last, gradient, inputGradient);
                continue;
            }
            float share = kind == Pooling.Mean ? 1f / (last - first + 1) : 1;
            for (int row = kind == Pooling.Mean ? first : last; row <= last; row++)
            {
                var target = inputGradient.Slice(row * size, size);
                TensorPrimitives.MultiplyAdd(gradient, share, target, target);
            }
        }
    }

    /// <summary>
    /// Floats of state that <see cref="Step"/> carries. For a mean these are the sum and the rounding errors of the sum; for a maximum, the
    /// maximum so far.
    /// </summary>
    public static int StateSize(Pooling kind, int size) => kind switch { Pooling.Mean => 2 * size, Pooling.Max => size, _ => 0 };

    /// <summary>The pooled vector after one more row, or some.</summary>
    /// <param name="kind">How rows are pooled.</param>
    /// <param name="before">Number of rows before these.</param>
    /// <param name="input">The rows, (rows, H).</param>
    /// <param name="output">(H); assigned.</param>
    /// <param name="state">(StateSize); zeros before the first row.</param>
    public static void Step(Pooling kind, long before, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        int size = output.Length, rows = input.Length / size;
        switch (kind)
        {
            case Pooling.Mean:
                var sum = state[..size];
                CompensatedSum.Add(input, sum, state[size..]);
                TensorPrimitives.Multiply(sum, 1f / (before + rows), output);
                break;
            case Pooling.Max:
                if (before == 0)
                    input[..size].CopyTo(state);
                TakeLargest(before == 0 ? input[size..] : input, state);
                state.CopyTo(output);
                break;
            default:
                input[^size..].CopyTo(output);
                break;
        }
    }

    // A sequence may be millions of rows long, and then a plain float sum would no longer change. A stream adds in the same way, so a
    // sequence has the same mean whether its rows come at once, in windows or one by one.
    private static void Average(ReadOnlySpan<float> rows, Span<float> pooled)
    {
        Span<float> lost = stackalloc float[pooled.Length];
        lost.Clear();
        pooled.Clear();
        CompensatedSum.Add(rows, pooled, lost);
        TensorPrimitives.Multiply(pooled, 1f / (rows.Length / pooled.Length), pooled);
    }

    private static void TakeLargest(ReadOnlySpan<float> rows, Span<float> largest)
    {
        for (; !rows.IsEmpty; rows = rows[largest.Length..])
            TensorPrimitives.Max(largest, rows[..largest.Length], largest);
    }

    private static void MaxBackward(ReadOnlySpan<float> input, int first, int last, ReadOnlySpan<float> gradient, Span<float> inputGradient)
    {
        int size = gradient.Length;
        for (int h = 0; h < size; h++)
        {
            int best = first;
            for (int row = first + 1; row <= last; row++)
            {
                if (input[row * size + h] > input[best * size + h])
                    best = row;
            }
            inputGradient[best * size + h] += gradient[h];
        }
    }
}
