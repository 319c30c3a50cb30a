using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The position-wise map after a core, in four kinds. With <c>w = drop(gelu(v))</c> and <c>s = sigmoid(W2 w + b2)</c> they are Gelu:
/// <c>w</c>; FullGlu: <c>drop((W1 w + b1) * s)</c>; HalfGlu1: <c>drop(w * s)</c>; HalfGlu2: <c>drop(v * s)</c>.
/// gelu has the tanh form or the exact one.
/// Source: S5 <c>layers.py</c>; the LRU uses FullGlu. Shapes: (rows, H) to (rows, H). Cost: 2 H^2 flops a row for each matrix.
/// </summary>
internal sealed class Glu : Operation
{
    public Nonlinearity Kind { get; }

    /// <summary>gelu.</summary>
    public ActivationKind Gelu { get; }

    private readonly Activation _gelu;

    public Linear? Value { get; }

    public Linear? Gate { get; }

    public Dropout Inner { get; }

    public Dropout Outer { get; }

    public Glu(
        ParameterLayout layout, Nonlinearity kind, int size, double dropout, int index, GeluForm gelu = GeluForm.Tanh)
    {
        Kind = kind;
        Gelu = gelu == GeluForm.Exact ? ActivationKind.ExactGelu : ActivationKind.Gelu;
        _gelu = new Activation(Gelu, size);
        InputSize = OutputSize = size;
        if (kind == Nonlinearity.FullGlu)
            Value = layout.Scope("Value", () => new Linear(layout, size, size));
        if (kind != Nonlinearity.Gelu)
            Gate = layout.Scope("Gate", () => new Linear(layout, size, size));
        Inner = new Dropout(dropout, 2 * index);
        Outer = new Dropout(dropout, 2 * index + 1);
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    // The two masks, w, s and, for FullGlu, W1 w + b1.
    public override long Cost => 4L * InputSize * OutputSize;

    public override long KeptSize(long rows, long sequences)
        => Gate is null ? sequences * InputSize : ((Value is null ? 2 : 3) * rows + 2 * sequences) * InputSize;

    // The gradients of the product before the outer mask, of w, of the sigmoid's argument and, for FullGlu, of W1 w + b1. A step needs w
    // and s.
    public override long ScratchSize(long rows, long sequences) => 4 * rows * InputSize;

    public override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        var innerMask = kept.Take(pass.Sequences * InputSize);
        Inner.Draw(pass, innerMask);
        if (Gate is null)
        {
            _gelu.Forward(pass, input, output, default);
            Inner.Apply(pass, innerMask, output);
            return;
        }
        var outerMask = kept.Take(pass.Sequences * InputSize);
        var w = kept.Take(input.Length);
        var s = kept.Take(input.Length);
        _gelu.Forward(pass, input, w, default);
        Inner.Apply(pass, innerMask, w);
        Gate.Forward(pass, w, s, default);
        Activations.Sigmoid(s, s);
        if (Value is not null)
        {
            var a = kept.Take(input.Length);
            Value.Forward(pass, w, a, default);
            Activations.Gate(a, s, output);
        }
        else
        {
            Activations.Gate(Kind == Nonlinearity.HalfGlu1 ? w : input, s, output);
        }
        Outer.Draw(pass, outerMask);
        Outer.Apply(pass, outerMask, output);
    }

    public override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var scratch = pass.Scratch;
        var dy = scratch.Take(input.Length);
        var dw = scratch.Take(input.Length);
        var dz = scratch.Take(input.Length);
        var innerMask = kept.Take(pass.Sequences * InputSize);
        outputGradient.CopyTo(dy);
        if (Gate is null)
        {
            // y = drop(gelu(v))
            Inner.Apply(pass, innerMask, dy);
            _gelu.Backward(pass, input, default, dy, inputGradient, gradients);
            return;
        }
        var outerMask = kept.Take(pass.Sequences * InputSize);
        var w = kept.Take(input.Length);
        var s = kept.Take(input.Length);
        Outer.Apply(pass, outerMask, dy);
        dw.Clear();
        if (Value is not null)
        {
            // y = a * s, a = W1 w + b1
            var a = kept.Take(input.Length);
            var da = scratch.Take(input.Length);
            da.Clear();
            Activations.GateBackward(a, s, dy, da, dz);
            Value.Backward(pass, w, default, da, dw, gradients);
        }
        else if (Kind == Nonlinearity.HalfGlu1)
        {
            // y = w * s
            Activations.GateBackward(w, s, dy, dw, dz);
        }
        else
        {
            // y = v * s
            Activations.GateBackward(input, s, dy, inputGradient, dz);
        }
        // s = sigmoid(W2 w + b2)
        Gate.Backward(pass, w, default, dz, dw, gradients);
        // w = drop(gelu(v))
        Inner.Apply(pass, innerMask, dw);
        _gelu.Backward(pass, input, default, dw, inputGradient, gradients);
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        if (Gate is null)
        {
            _gelu.Forward(pass, input, output, default);
            return;
        }
        var scratch = pass.Scratch;
        Span<float> w = scratch.Take(InputSize), s = scratch.Take(InputSize);
        _gelu.Forward(pass, input, w, default);
        Gate.Step(pass, w, s, default);
        Activations.Sigmoid(s, s);
        Value?.Step(pass, w, output, default);
        Activations.Gate(Value is not null ? output : Kind == Nonlinearity.HalfGlu1 ? w : input, s, output);
    }
}
