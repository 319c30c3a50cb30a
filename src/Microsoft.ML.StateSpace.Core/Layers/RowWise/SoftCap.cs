using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Outputs of another layer, none larger than a cap c: <c>y = c tanh(f(x) / c)</c>. Language models hold their logits so
/// (Gemma Team, "Gemma 2", 2024, arXiv:2408.00118, section 2). Shapes: as f, which is position-wise and keeps nothing. Nothing is kept:
/// Backward computes f anew.
/// </summary>
internal sealed class SoftCap(Operation inner, double cap) : Operation
{
    private readonly float _cap = (float)cap;

    /// <summary>f.</summary>
    public Operation Inner => inner;

    /// <summary>c.</summary>
    public double Cap => cap;

    public override int InputSize => inner.InputSize;

    public override int OutputSize => inner.OutputSize;

    public override long KeptSize(long rows, long sequences) => 0;

    // Backward: the outputs of f and their gradient.
    public override long ScratchSize(long rows, long sequences) => 2 * rows * OutputSize + inner.ScratchSize(rows, sequences);

    public override void Prepare(in Weights weights) => inner.Prepare(weights);

    public override void PrepareBackward(in Weights weights, in Gradients gradients) => inner.PrepareBackward(weights, gradients);

    public override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        inner.Forward(pass, input, output, default);
        Scale(output, 1 / _cap);
        Activations.Tanh(output, output);
        Scale(output, _cap);
    }

    public override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var scratch = pass.Scratch;
        Span<float> outputs = scratch.Take(outputGradient.Length), dinner = scratch.Take(outputGradient.Length);
        var rest = pass.With(scratch);
        inner.Forward(rest, input, outputs, default);
        // y = c tanh(z / c): dz = (1 - tanh(z / c)^2) dy
        Scale(outputs, 1 / _cap);
        dinner.Clear();
        Activations.TanhBackward(outputs, outputGradient, dinner);
        inner.Backward(rest, input, default, dinner, inputGradient, gradients);
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        inner.Step(pass, input, output, state);
        Scale(output, 1 / _cap);
        Activations.Tanh(output, output);
        Scale(output, _cap);
    }

    private static void Scale(Span<float> values, float factor) => TensorPrimitives.Multiply(values, factor, values);
}
