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
            if (kind == Pooling.Last)
                continue;
            var rest = input[((first + 1) * size)..((last + 1) * size)];
            if (kind == Pooling.Mean)
                Average(rest, pooled);
            else
                TakeLargest(rest, pooled);
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

    /// <summary>The pooled vector after one more row.</summary>
    /// <param name="kind">How rows are pooled.</param>
    /// <param name="before">Number of rows before this one.</param>
    /// <param name="input">The row, (H).</param>
    /// <param name="output">(H); assigned.</param>
    /// <param name="state">(StateSize); zeros before the first row.</param>
    public static void Step(Pooling kind, long before, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        switch (kind)
        {
            case Pooling.Mean:
                MeanStep(input, 1f / (before + 1), output, state[..input.Length], state[input.Length..]);
                break;
            case Pooling.Max when before > 0:
                TakeLargest(input, state);
                state.CopyTo(output);
                break;
            case Pooling.Max:
                input.CopyTo(state);
                input.CopyTo(output);
                break;
            default:
                input.CopyTo(output);
                break;
        }
    }

    private static void Average(ReadOnlySpan<float> rest, Span<float> pooled)
    {
        RowKernels.AddRowSum(rest, pooled);
        float share = 1f / (rest.Length / pooled.Length + 1);
        for (int h = 0; h < pooled.Length; h++)
            pooled[h] *= share;
    }

    private static void TakeLargest(ReadOnlySpan<float> rows, Span<float> largest)
    {
        for (; !rows.IsEmpty; rows = rows[largest.Length..])
            TensorPrimitives.Max(largest, rows[..largest.Length], largest);
    }

    // Kahan's summation. A stream may be millions of steps long, and then a plain float sum would no longer change.
    private static void MeanStep(ReadOnlySpan<float> input, float share, Span<float> output, Span<float> sum, Span<float> lost)
    {
        for (int h = 0; h < input.Length; h++)
        {
            float value = input[h] - lost[h], next = sum[h] + value;
            lost[h] = next - sum[h] - value;
            sum[h] = next;
            output[h] = next * share;
        }
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
