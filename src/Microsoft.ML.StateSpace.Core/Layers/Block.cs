using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// One residual block: <c>x + f(core(norm(x)))</c>, or with the norm behind, <c>norm(x + f(core(x)))</c>; f is a <see cref="Glu"/>.
/// Source: S5 <c>layers.py</c>, LRU <c>model.py</c>. Shapes: (rows, H) to (rows, H). Cost: that of its parts.
/// Kept: the norm's output or input, the core's output, and what the parts keep.
/// </summary>
internal sealed class Block : Layer
{
    private readonly Layer? _norm;
    private readonly Layer _core;
    private readonly Glu _map;
    private readonly bool _pre;

    public Block(Layer? norm, Layer core, Glu map, NormPlacement placement)
    {
        _norm = norm;
        _core = core;
        _map = map;
        _pre = placement == NormPlacement.Pre;
    }

    public override int InputSize => _core.InputSize;

    public override int OutputSize => _core.OutputSize;

    public override int StateSize => _core.StateSize;

    // what the parts keep, v = core output, and behind a pre norm its output, before a post norm its input
    public override int KeptSize(int rows, int sequences)
        => (_norm?.KeptSize(rows, sequences) ?? 0) + _core.KeptSize(rows, sequences) + _map.KeptSize(rows, sequences) + (_norm is null ? 1 : 2) * rows * InputSize;

    // two gradients of a row's channels while a part runs; of a step, the parts' outputs
    public override int ScratchSize(int rows, int sequences)
        => Math.Max(_core.ScratchSize(rows, sequences), _map.ScratchSize(rows, sequences)) + 2 * Math.Max(rows, 2) * InputSize;

    public override void Prepare(in Weights weights)
    {
        _norm?.Prepare(weights);
        _core.Prepare(weights);
        _map.Prepare(weights);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        _norm?.PrepareBackward(weights, gradients);
        _core.PrepareBackward(weights, gradients);
        _map.PrepareBackward(weights, gradients);
    }

    public override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        var parts = Split(pass);
        Span<float> normKept = parts.Norm.Of(kept), coreKept = parts.Core.Of(kept), mapKept = parts.Map.Of(kept), v = parts.Output.Of(kept), middle = parts.Middle.Of(kept);
        if (_norm is not null && _pre)
        {
            _norm.Forward(pass, input, middle, normKept);
            _core.Forward(pass, middle, v, coreKept);
        }
        else
        {
            _core.Forward(pass, input, v, coreKept);
        }
        _map.Forward(pass, v, output, mapKept);
        TensorPrimitives.Add(output, input, output);
        if (_norm is not null && !_pre)
        {
            output.CopyTo(middle);
            _norm.Forward(pass, middle, output, normKept);
        }
    }

    public override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var parts = Split(pass);
        ReadOnlySpan<float> normKept = parts.Norm.Of(kept), coreKept = parts.Core.Of(kept), mapKept = parts.Map.Of(kept), v = parts.Output.Of(kept), middle = parts.Middle.Of(kept);
        var scratch = pass.Scratch;
        var dv = scratch.Take(input.Length);
        var dmiddle = scratch.Take(input.Length);
        var inner = pass.With(scratch);
        dv.Clear();
        dmiddle.Clear();

        if (_norm is null || _pre)
        {
            // y = x + f(v)
            TensorPrimitives.Add(inputGradient, outputGradient, inputGradient);
            _map.Backward(inner, v, mapKept, outputGradient, dv, gradients);
            if (_norm is null)
            {
                // v = core(x)
                _core.Backward(inner, input, coreKept, dv, inputGradient, gradients);
                return;
            }
            // v = core(norm(x))
            _core.Backward(inner, middle, coreKept, dv, dmiddle, gradients);
            _norm.Backward(inner, input, normKept, dmiddle, inputGradient, gradients);
            return;
        }
        // y = norm(middle), middle = x + f(core(x))
        _norm.Backward(inner, middle, normKept, outputGradient, dmiddle, gradients);
        TensorPrimitives.Add(inputGradient, dmiddle, inputGradient);
        _map.Backward(inner, v, mapKept, dmiddle, dv, gradients);
        _core.Backward(inner, input, coreKept, dv, inputGradient, gradients);
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var scratch = pass.Scratch;
        var middle = scratch.Take(InputSize);
        var v = scratch.Take(InputSize);
        var inner = pass.With(scratch);
        if (_norm is not null && _pre)
        {
            _norm.Step(inner, input, middle, default);
            _core.Step(inner, middle, v, state);
        }
        else
        {
            _core.Step(inner, input, v, state);
        }
        _map.Step(inner, v, output, default);
        TensorPrimitives.Add(output, input, output);
        if (_norm is not null && !_pre)
        {
            output.CopyTo(middle);
            _norm.Step(inner, middle, output, default);
        }
    }

    // Where the parts of kept lie.
    private (Slot Norm, Slot Core, Slot Map, Slot Output, Slot Middle) Split(in Pass pass)
    {
        int rows = pass.Rows, sequences = pass.Sequences;
        var norm = new Slot(0, _norm?.KeptSize(rows, sequences) ?? 0);
        var core = new Slot(norm.Length, _core.KeptSize(rows, sequences));
        var map = new Slot(core.Offset + core.Length, _map.KeptSize(rows, sequences));
        var output = new Slot(map.Offset + map.Length, rows * InputSize);
        return (norm, core, map, output, new Slot(output.Offset + output.Length, _norm is null ? 0 : rows * InputSize));
    }
}
