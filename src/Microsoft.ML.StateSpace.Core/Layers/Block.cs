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
    private readonly Core _core;
    private readonly Glu _map;
    private readonly bool _pre;

    public Block(Layer? norm, Core core, Glu map, NormPlacement placement)
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
        ForwardEnter(pass, input, kept);
        ForwardLeave(pass, input, output, kept);
    }

    public override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        BackwardEnter(pass, input, kept, outputGradient, inputGradient, gradients);
        BackwardLeave(pass, input, kept, inputGradient, gradients);
    }

    /// <summary>What comes before the core is linked: <see cref="Core"/>.</summary>
    public void ForwardEnter(in Pass pass, ReadOnlySpan<float> input, Span<float> kept)
    {
        var parts = Split(pass);
        var middle = parts.Middle.Of(kept);
        if (_norm is not null && _pre)
            _norm.Forward(pass, input, middle, parts.Norm.Of(kept));
        _core.ForwardEnter(pass, CoreInput(input, middle), parts.Core.Of(kept));
    }

    /// <summary>What comes behind.</summary>
    public void ForwardLeave(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        var parts = Split(pass);
        Span<float> v = parts.Output.Of(kept), middle = parts.Middle.Of(kept);
        _core.ForwardLeave(pass, CoreInput(input, middle), v, parts.Core.Of(kept));
        _map.Forward(pass, v, output, parts.Map.Of(kept));
        TensorPrimitives.Add(output, input, output);
        if (_norm is not null && !_pre)
        {
            output.CopyTo(middle);
            _norm.Forward(pass, middle, output, parts.Norm.Of(kept));
        }
    }

    /// <summary>Down to the core; leaves the gradients of v and of the norm's side in the scratch memory for <see cref="BackwardLeave"/>.</summary>
    public void BackwardEnter(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var parts = Split(pass);
        ReadOnlySpan<float> v = parts.Output.Of(kept), middle = parts.Middle.Of(kept);
        var scratch = pass.Scratch;
        var dv = scratch.Take(input.Length);
        var dmiddle = scratch.Take(input.Length);
        var inner = pass.With(scratch);
        dv.Clear();
        dmiddle.Clear();
        // y = s, or norm(s)
        scoped var ds = outputGradient;
        if (_norm is not null && !_pre)
        {
            _norm.Backward(inner, middle, parts.Norm.Of(kept), outputGradient, dmiddle, gradients);
            ds = dmiddle;
        }
        // s = x + f(v)
        TensorPrimitives.Add(inputGradient, ds, inputGradient);
        _map.Backward(inner, v, parts.Map.Of(kept), ds, dv, gradients);
        _core.BackwardEnter(inner, parts.Core.Of(kept), dv, gradients);
    }

    /// <summary>From the core down to the block's input.</summary>
    public void BackwardLeave(in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept, Span<float> inputGradient, in Gradients gradients)
    {
        var parts = Split(pass);
        ReadOnlySpan<float> middle = parts.Middle.Of(kept);
        var scratch = pass.Scratch;
        var dv = scratch.Take(input.Length);
        var dmiddle = scratch.Take(input.Length);
        var inner = pass.With(scratch);
        if (_norm is null || !_pre)
        {
            // v = core(x)
            _core.BackwardLeave(inner, input, parts.Core.Of(kept), dv, inputGradient, gradients);
            return;
        }
        // v = core(norm(x))
        _core.BackwardLeave(inner, middle, parts.Core.Of(kept), dv, dmiddle, gradients);
        _norm.Backward(inner, input, parts.Norm.Of(kept), dmiddle, inputGradient, gradients);
    }

    /// <summary>Links the states of two neighbouring pieces: <see cref="Core.ForwardLink"/>.</summary>
    public void ForwardLink(in Weights weights, int rows, Span<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
        => _core.ForwardLink(weights, rows, CoreSlot(rows).Of(kept), rowsBehind, CoreSlot(rowsBehind).Of(keptBehind), reverse);

    /// <summary>Links the gradients of two neighbouring pieces: <see cref="Core.BackwardLink"/>.</summary>
    public void BackwardLink(in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
        => _core.BackwardLink(weights, rows, scratch[(2 * rows * InputSize)..], rowsBefore, scratchBefore[(2 * rowsBefore * InputSize)..], reverse);

    /// <summary>Says that nothing comes before a piece: <see cref="Core.ClearEdges"/>.</summary>
    public void ClearEdgesOfKept(int rows, Span<float> kept) => _core.ClearEdges(rows, CoreSlot(rows).Of(kept));

    /// <summary>Says that nothing comes behind a piece.</summary>
    public void ClearEdgesOfScratch(int rows, Span<float> scratch) => _core.ClearEdges(rows, scratch[(2 * rows * InputSize)..]);

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

    private ReadOnlySpan<float> CoreInput(ReadOnlySpan<float> input, ReadOnlySpan<float> middle) => _norm is not null && _pre ? middle : input;

    // The core's part of what a piece, which is one sequence, keeps.
    private Slot CoreSlot(int rows) => Split(rows, 1).Core;

    private (Slot Norm, Slot Core, Slot Map, Slot Output, Slot Middle) Split(in Pass pass) => Split(pass.Rows, pass.Sequences);

    // Where the parts of kept lie.
    private (Slot Norm, Slot Core, Slot Map, Slot Output, Slot Middle) Split(int rows, int sequences)
    {
        var norm = new Slot(0, _norm?.KeptSize(rows, sequences) ?? 0);
        var core = new Slot(norm.Length, _core.KeptSize(rows, sequences));
        var map = new Slot(core.Offset + core.Length, _map.KeptSize(rows, sequences));
        var output = new Slot(map.Offset + map.Length, rows * InputSize);
        return (norm, core, map, output, new Slot(output.Offset + output.Length, _norm is null ? 0 : rows * InputSize));
    }
}
