using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Reduces the rows of each sequence to one vector: their mean, the last row, the largest value of each channel, or mean and largest value
/// side by side. Where shares stand beside the mean, they are the work of a <see cref="SharePool"/>.
/// Shapes: (rows, H) to (sequences, H), or to (sequences, 2 H) where two stand side by side. Only valid time steps are rows, so padding
/// takes no part.
/// </summary>
internal static class Pool
{
    /// <summary>Values of a pooled vector of H channels.</summary>
    public static int Width(Pooling kind, int channels) => IsPair(kind) ? 2 * channels : channels;

    /// <summary>
    /// The largest factor by which pooling can enlarge the difference of two sequences of rows, in l2 norms. Mean, maximum and the last row
    /// have 1, and two of them side by side the square root of 2.
    /// </summary>
    public static double Gain(Pooling kind) => kind == Pooling.MeanAndMax ? Math.Sqrt(2) : 1;

    /// <summary>What a place of a pooled vector of so many values holds.</summary>
    public static Pooling KindAt(Pooling kind, int place, int width)
        => !IsPair(kind) ? kind : kind == Pooling.MeanAndShare || place < width / 2 ? Pooling.Mean : Pooling.Max;

    private static bool IsPair(Pooling kind) => kind is Pooling.MeanAndMax or Pooling.MeanAndShare;

    public static void Forward(Pooling kind, in Pass pass, ReadOnlySpan<float> input, Span<float> output)
    {
        int width = output.Length / pass.Sequences, size = IsPair(kind) ? width / 2 : width;
        for (int s = 0; s < pass.Sequences; s++)
        {
            var pooled = output.Slice(s * width, width);
            var rows = input[(pass.Starts[s] * size)..(pass.Starts[s + 1] * size)];
            switch (kind)
            {
                case Pooling.Mean:
                    Average(rows, pooled);
                    break;
                case Pooling.Max:
                    FindLargest(rows, pooled);
                    break;
                case Pooling.MeanAndMax:
                    Average(rows, pooled[..size]);
                    FindLargest(rows, pooled[size..]);
                    break;
                case Pooling.MeanAndShare:
                    Average(rows, pooled[..size]);
                    break;
                default:
                    rows[^size..].CopyTo(pooled);
                    break;
            }
        }
    }

    /// <summary>
    /// Adds to the gradient of the rows. If several rows share the largest value of a channel, the first of them receives the whole
    /// gradient.
    /// </summary>
    public static void Backward(
        Pooling kind, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        int width = outputGradient.Length / pass.Sequences, size = IsPair(kind) ? width / 2 : width;
        for (int s = 0; s < pass.Sequences; s++)
        {
            var gradient = outputGradient.Slice(s * width, width);
            int first = pass.Starts[s], last = pass.Starts[s + 1] - 1;
            switch (kind)
            {
                case Pooling.Mean:
                    Spread(first, last, 1f / (last - first + 1), gradient, inputGradient);
                    break;
                case Pooling.Max:
                    MaxBackward(input, first, last, gradient, inputGradient);
                    break;
                case Pooling.MeanAndMax:
                    Spread(first, last, 1f / (last - first + 1), gradient[..size], inputGradient);
                    MaxBackward(input, first, last, gradient[size..], inputGradient);
                    break;
                case Pooling.MeanAndShare:
                    Spread(first, last, 1f / (last - first + 1), gradient[..size], inputGradient);
                    break;
                default:
                    Spread(last, last, 1, gradient, inputGradient);
                    break;
            }
        }
    }

    /// <summary>
    /// Floats of state that <see cref="Step"/> carries. For a mean these are the sum and the rounding errors of the sum; for a maximum, the
    /// maximum so far.
    /// </summary>
    /// <param name="kind">How rows are pooled.</param>
    /// <param name="size">H.</param>
    public static int StateSize(Pooling kind, int size)
        => kind switch { Pooling.Mean or Pooling.MeanAndShare => 2 * size, Pooling.Max => size, Pooling.MeanAndMax => 3 * size, _ => 0 };

    /// <summary>The pooled vector after one more row, or some.</summary>
    /// <param name="kind">How rows are pooled.</param>
    /// <param name="before">Number of rows before these.</param>
    /// <param name="input">The rows, (rows, H).</param>
    /// <param name="output">(pooled width); assigned.</param>
    /// <param name="state">(StateSize); zeros before the first row.</param>
    public static void Step(Pooling kind, long before, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        int size = IsPair(kind) ? output.Length / 2 : output.Length;
        switch (kind)
        {
            case Pooling.Mean:
                StepMean(before, input, output, state);
                break;
            case Pooling.Max:
                StepMax(before, input, output, state);
                break;
            case Pooling.MeanAndMax:
                StepMean(before, input, output[..size], state[..(2 * size)]);
                StepMax(before, input, output[size..], state[(2 * size)..]);
                break;
            case Pooling.MeanAndShare:
                StepMean(before, input, output[..size], state[..(2 * size)]);
                break;
            default:
                input[^size..].CopyTo(output);
                break;
        }
    }

    private static void StepMean(long before, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        int size = output.Length, rows = input.Length / size;
        var sum = state[..size];
        CompensatedSum.Add(input, sum, state[size..]);
        Scale(sum, 1f / (before + rows), output);
    }

    private static void StepMax(long before, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        if (before == 0)
            FindLargest(input, state);
        else
            TakeLargest(input, state);
        state.CopyTo(output);
    }

    // A sequence may be millions of rows long, and then a plain float sum would no longer change. A stream adds in the same way, so a
    // sequence has the same mean whether its rows come at once, in windows or one by one.
    private static void Average(ReadOnlySpan<float> rows, Span<float> pooled)
    {
        Span<float> lost = stackalloc float[pooled.Length];
        lost.Clear();
        pooled.Clear();
        CompensatedSum.Add(rows, pooled, lost);
        Scale(pooled, 1f / (rows.Length / pooled.Length), pooled);
    }

    // A vector is short, and a call of the framework would have to be compiled for it in a fresh process.
    private static void Scale(ReadOnlySpan<float> sum, float factor, Span<float> mean)
    {
        for (int i = 0; i < sum.Length; i++)
            mean[i] = sum[i] * factor;
    }

    private static void FindLargest(ReadOnlySpan<float> rows, Span<float> largest)
    {
        rows[..largest.Length].CopyTo(largest);
        TakeLargest(rows[largest.Length..], largest);
    }

    private static void TakeLargest(ReadOnlySpan<float> rows, Span<float> largest)
    {
        for (; !rows.IsEmpty; rows = rows[largest.Length..])
            TensorPrimitives.Max(largest, rows[..largest.Length], largest);
    }

    private static void Spread(int first, int last, float share, ReadOnlySpan<float> gradient, Span<float> inputGradient)
    {
        for (int row = first; row <= last; row++)
        {
            var target = inputGradient.Slice(row * gradient.Length, gradient.Length);
            TensorPrimitives.MultiplyAdd(gradient, share, target, target);
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
