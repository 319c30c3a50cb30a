using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// <c>y = v + x</c>, or <c>y = v + F x</c> with a matrix, in the place of v. Shapes: (rows, H) and (rows, H) to (rows, H).
/// </summary>
internal sealed class Sum(int size, Linear? skip = null) : Join
{
    public override int OutputSize => size;

    public override bool IsInPlace => true;

    public override bool Reads(int value) => value == 1 && skip is not null;

    public override void Forward(in Pass pass, ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output)
    {
        if (skip is null)
            Activations.Add(second, output);
        else
            skip.AddTo(pass, second, output);
    }

    public override void Backward(
        in Pass pass, ReadOnlySpan<float> first, ReadOnlySpan<float> second, ReadOnlySpan<float> outputGradient,
        Span<float> firstGradient, Span<float> secondGradient, in Gradients gradients)
    {
        if (skip is not null)
            skip.Backward(pass, second, default, outputGradient, secondGradient, gradients);
        else if (!secondGradient.IsEmpty)
            Activations.Add(outputGradient, secondGradient);
    }
}
