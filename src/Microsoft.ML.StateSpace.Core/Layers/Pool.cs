using System.Numerics.Tensors;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// One vector of each sequence's rows: their mean, the last, or the largest of each channel.
/// Shapes: (rows, H) to (sequences, H). Only valid time steps are rows, so padding has no part in it.
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
            for (int row = first + 1; row <= last; row++)
            {
                var values = input.Slice(row * size, size);
                if (kind == Pooling.Mean)
                    TensorPrimitives.Add(pooled, values, pooled);
                else
                    TensorPrimitives.Max(pooled, values, pooled);
            }
            if (kind == Pooling.Mean)
                TensorPrimitives.Multiply(pooled, 1f / (last - first + 1), pooled);
        }
    }

    /// <summary>Adds to the gradient of the rows; the first of equal largest values receives all.</summary>
    public static void Backward(Pooling kind, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
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
