using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Answers of two pooled sequences, p and q: <c>y = W2 gelu(W1 [p, q, p - q, p * q] + b1) + b2</c>, the head for pairs of documents of the
/// Long Range Arena (Tay et al. 2021, arXiv:2011.04006), with the one hidden layer of as many channels as the model that S4 and S5 give it.
/// Shapes: (rows, 2 pooled), p and q side by side, to (rows, out). Cost: 8 pooled hidden flops a row.
/// </summary>
internal sealed class PairDecoder : Operation
{
    private readonly int _pooled;
    private readonly Activation _activation;

    public PairDecoder(ParameterLayout layout, int pooled, int hidden, int outputs)
    {
        _pooled = pooled;
        Hidden = layout.Scope("Hidden", () => new Linear(layout, 4 * pooled, hidden));
        _activation = new Activation(ActivationKind.Gelu, hidden);
        Output = layout.Scope("Output", () => new Linear(layout, hidden, outputs));
    }

    public Linear Hidden { get; }

    public Linear Output { get; }

    public override int InputSize => 2 * _pooled;

    public override int OutputSize => Output.OutputSize;

    public override long KeptSize(long rows, long sequences) => 0;

    // Features, hidden values and active ones, and the gradients of all three.
    public override long ScratchSize(long rows, long sequences) => 2 * rows * (Hidden.InputSize + 2 * Hidden.OutputSize);

    public override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        var scratch = pass.Scratch;
        Output.Forward(pass, Activate(pass, input, ref scratch).Active, output, default);
    }

    /// <remarks>What Forward has computed on the way is computed again: it is little, beside the sequences.</remarks>
    public override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var scratch = pass.Scratch;
        var computed = Activate(pass, input, ref scratch);
        Span<float> ofActive = Zeros(computed.Active.Length, ref scratch), ofHidden = Zeros(computed.Hidden.Length, ref scratch);
        var ofFeatures = Zeros(computed.Features.Length, ref scratch);
        Output.Backward(pass, computed.Active, default, outputGradient, ofActive, gradients);
        _activation.Backward(pass, computed.Hidden, default, ofActive, ofHidden, gradients);
        Hidden.Backward(pass, computed.Features, default, ofHidden, ofFeatures, gradients);
        for (; !ofFeatures.IsEmpty; input = input[InputSize..], inputGradient = inputGradient[InputSize..])
        {
            ReadOnlySpan<float> p = input[.._pooled], q = input[_pooled..InputSize];
            Span<float> ofP = inputGradient[.._pooled], ofQ = inputGradient[_pooled..InputSize];
            Add(ofFeatures.Take(_pooled), ofP);
            Add(ofFeatures.Take(_pooled), ofQ);
            var ofDifference = ofFeatures.Take(_pooled);
            Add(ofDifference, ofP);
            TensorPrimitives.Subtract(ofQ, ofDifference, ofQ);
            var ofProduct = ofFeatures.Take(_pooled);
            TensorPrimitives.MultiplyAdd(ofProduct, q, ofP, ofP);
            TensorPrimitives.MultiplyAdd(ofProduct, p, ofQ, ofQ);
        }
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
        => Forward(pass, input, output, default);

    private Activated Activate(in Pass pass, ReadOnlySpan<float> input, ref Span<float> scratch)
    {
        int rows = input.Length / InputSize;
        var features = scratch.Take(rows * Hidden.InputSize);
        for (var rest = features; !rest.IsEmpty; input = input[InputSize..])
        {
            ReadOnlySpan<float> p = input[.._pooled], q = input[_pooled..InputSize];
            input[..InputSize].CopyTo(rest.Take(InputSize));
            TensorPrimitives.Subtract(p, q, rest.Take(_pooled));
            TensorPrimitives.Multiply(p, q, rest.Take(_pooled));
        }
        Span<float> hidden = scratch.Take(rows * Hidden.OutputSize), active = scratch.Take(rows * Hidden.OutputSize);
        Hidden.Forward(pass, features, hidden, default);
        _activation.Forward(pass, hidden, active, default);
        return new Activated(features, hidden, active);
    }

    private static Span<float> Zeros(int length, ref Span<float> scratch)
    {
        var zeros = scratch.Take(length);
        zeros.Clear();
        return zeros;
    }

    private static void Add(ReadOnlySpan<float> gradient, Span<float> sum) => TensorPrimitives.Add(sum, gradient, sum);

    private readonly ref struct Activated(Span<float> features, Span<float> hidden, Span<float> active)
    {
        public Span<float> Features { get; } = features;

        public Span<float> Hidden { get; } = hidden;

        public Span<float> Active { get; } = active;
    }
}
