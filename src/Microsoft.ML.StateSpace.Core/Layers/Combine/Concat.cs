using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Concatenates the outputs of two branches: <c>y = [first(x) | second(x)]</c>. If there is no first branch, the input itself stands in
/// its place. Shapes: (rows, H) to (rows, H1 + H2).
/// </summary>
internal sealed class Concat(Layer? first, Layer second) : Layer
{
    public Layer? First => first;

    public Layer Second => second;

    public override int InputSize => second.InputSize;

    public override int OutputSize => FirstSize + second.OutputSize;

    private int FirstSize => first?.OutputSize ?? InputSize;

    public override void Prepare(in Weights weights)
    {
        first?.Prepare(weights);
        second.Prepare(weights);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        first?.PrepareBackward(weights, gradients);
        second.PrepareBackward(weights, gradients);
    }

    public override ValueId Compile(IProgramBuilder program, ValueId input)
    {
        var left = first is null ? input : program.Add(first, input);
        return program.Join(new SideBySide(FirstSize, second.OutputSize, first is not null), left, program.Add(second, input));
    }

    /// <param name="firstSize">Channels of the first value.</param>
    /// <param name="secondSize">Channels of the second value.</param>
    /// <param name="isAlone">Whether nothing else reads the first value.</param>
    private sealed class SideBySide(int firstSize, int secondSize, bool isAlone) : Join
    {
        public override int OutputSize => firstSize + secondSize;

        public override bool Reads(int value) => false;

        public override bool Assigns(int value) => value == 1 || isAlone;

        public override void Forward(in Pass pass, ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output)
        {
            for (; !output.IsEmpty; output = output[OutputSize..])
            {
                first.Take(firstSize).CopyTo(output);
                second.Take(secondSize).CopyTo(output[firstSize..]);
            }
        }

        public override void Backward(
            in Pass pass, ReadOnlySpan<float> first, ReadOnlySpan<float> second, ReadOnlySpan<float> outputGradient,
            Span<float> firstGradient, Span<float> secondGradient, in Gradients gradients)
        {
            while (!outputGradient.IsEmpty)
            {
                if (isAlone)
                    outputGradient.Take(firstSize).CopyTo(firstGradient.Take(firstSize));
                else
                    Activations.Add(outputGradient.Take(firstSize), firstGradient.Take(firstSize));
                outputGradient.Take(secondSize).CopyTo(secondGradient.Take(secondSize));
            }
        }
    }
}
