using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The position-wise map behind a core, with <c>w = drop(gelu(v))</c>:
/// Gelu <c>w</c>; FullGlu <c>drop((W1 w + b1) * s)</c>; HalfGlu1 <c>drop(w * s)</c>; HalfGlu2 <c>drop(v * s)</c>; <c>s = sigmoid(W2 w + b2)</c>.
/// Source: S5 <c>layers.py</c>; the LRU uses FullGlu. Shapes: (rows, H) to (rows, H). Cost: 2 H^2 flops a row for each matrix.
/// </summary>
internal sealed class Glu : Layer
{
    private readonly Nonlinearity _kind;
    private readonly Linear? _value;
    private readonly Linear? _gate;
    private readonly Dropout _inner;
    private readonly Dropout _outer;

    public Glu(ParameterLayout layout, Nonlinearity kind, int size, double dropout, int index)
    {
        _kind = kind;
        InputSize = OutputSize = size;
        if (kind == Nonlinearity.FullGlu)
            _value = layout.Scope("Value", () => new Linear(layout, size, size));
        if (kind != Nonlinearity.Gelu)
            _gate = layout.Scope("Gate", () => new Linear(layout, size, size));
        _inner = new Dropout(dropout, 2 * index);
        _outer = new Dropout(dropout, 2 * index + 1);
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    // w, s, [W1 w + b1], the two masks
    public override int KeptSize(int rows, int sequences) => _gate is null ? sequences * InputSize : ((_value is null ? 2 : 3) * rows + 2 * sequences) * InputSize;

    // d output behind the outer mask, d w, d (argument of the sigmoid), [d (W1 w + b1)]; of a step, w and s
    public override int ScratchSize(int rows, int sequences) => 4 * rows * InputSize;

    public override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        var innerMask = kept.Take(pass.Sequences * InputSize);
        _inner.Draw(pass, innerMask);
        if (_gate is null)
        {
            Activations.Gelu(input, output);
            _inner.Apply(pass, innerMask, output);
            return;
        }
        var outerMask = kept.Take(pass.Sequences * InputSize);
        var w = kept.Take(input.Length);
        var s = kept.Take(input.Length);
        Activations.Gelu(input, w);
        _inner.Apply(pass, innerMask, w);
        _gate.Forward(pass, w, s, default);
        Activations.Sigmoid(s, s);
        if (_value is not null)
        {
            var a = kept.Take(input.Length);
            _value.Forward(pass, w, a, default);
            Activations.Gate(a, s, output);
        }
        else
        {
            Activations.Gate(_kind == Nonlinearity.HalfGlu1 ? w : input, s, output);
        }
        _outer.Draw(pass, outerMask);
        _outer.Apply(pass, outerMask, output);
    }

    public override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var scratch = pass.Scratch;
        var dy = scratch.Take(input.Length);
        var dw = scratch.Take(input.Length);
        var dz = scratch.Take(input.Length);
        var innerMask = kept.Take(pass.Sequences * InputSize);
        outputGradient.CopyTo(dy);
        if (_gate is null)
        {
            // y = drop(gelu(v))
            _inner.Apply(pass, innerMask, dy);
            Activations.GeluBackward(input, dy, inputGradient);
            return;
        }
        var outerMask = kept.Take(pass.Sequences * InputSize);
        var w = kept.Take(input.Length);
        var s = kept.Take(input.Length);
        _outer.Apply(pass, outerMask, dy);
        dw.Clear();
        if (_value is not null)
        {
            // y = a * s, a = W1 w + b1
            var a = kept.Take(input.Length);
            var da = scratch.Take(input.Length);
            da.Clear();
            Activations.GateBackward(a, s, dy, da, dz);
            _value.Backward(pass, w, default, da, dw, gradients);
        }
        else if (_kind == Nonlinearity.HalfGlu1)
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
        _gate.Backward(pass, w, default, dz, dw, gradients);
        // w = drop(gelu(v))
        _inner.Apply(pass, innerMask, dw);
        Activations.GeluBackward(input, dw, inputGradient);
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        if (_gate is null)
        {
            Activations.Gelu(input, output);
            return;
        }
        var scratch = pass.Scratch;
        Span<float> w = scratch.Take(InputSize), s = scratch.Take(InputSize);
        Activations.Gelu(input, w);
        _gate.Step(pass, w, s, default);
        Activations.Sigmoid(s, s);
        _value?.Step(pass, w, output, default);
        Activations.Gate(_value is not null ? output : _kind == Nonlinearity.HalfGlu1 ? w : input, s, output);
    }
}
