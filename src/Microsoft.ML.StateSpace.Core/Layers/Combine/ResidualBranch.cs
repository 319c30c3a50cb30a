using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// One residual branch. With the norm before the core it computes <c>F x + f(core(norm(x)))</c>, with the norm after the sum
/// <c>norm(F x + f(core(x)))</c>. The norm and the position-wise map f may be absent. The core may be position-wise. The skip F is the
/// identity unless one is given.
/// Source: S5 <c>layers.py</c>, LRU <c>model.py</c>. Shapes: (rows, H) to (rows, H). Cost: that of norm, core, map and skip.
/// Kept: the output of a pre norm or the input of a post norm, the core's output, and what norm, core and map keep.
/// </summary>
internal sealed class ResidualBranch(Layer? norm, Layer core, Layer? map, NormPlacement placement, Linear? skip = null) : ScanLayer
{
    private readonly ScanLayer? _scan = core as ScanLayer;
    private readonly bool _pre = placement == NormPlacement.Pre;

    public Layer? Norm => norm;

    public Layer Core => core;

    public Layer? Map => map;

    public Linear? Skip => skip;

    /// <summary>Whether the norm comes before the core rather than after the sum.</summary>
    public bool IsPre => _pre;

    public override int InputSize => core.InputSize;

    public override int OutputSize => core.OutputSize;

    public override int StateSize => core.StateSize;

    public override int Carries => _scan?.Carries ?? 0;

    public override bool CanBeCut => _scan?.CanBeCut ?? true;

    // What norm, core and map keep; v, the core's output, if a map follows; and the output of a pre norm or the input of a post norm.
    public override long KeptSize(long rows, long sequences)
    {
        var slots = Split(rows, sequences);
        return slots.Middle.Offset + slots.Middle.Length;
    }

    // In a pass: two gradients of the size of the rows, followed by the scratch memory of the core or the map. In a step: the outputs of
    // norm and core.
    public override long ScratchSize(long rows, long sequences)
        => Math.Max(core.ScratchSize(rows, sequences), map?.ScratchSize(rows, sequences) ?? 0) + 2 * Math.Max(rows, 2) * InputSize;

    public override void Prepare(in Weights weights)
    {
        norm?.Prepare(weights);
        core.Prepare(weights);
        map?.Prepare(weights);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        norm?.PrepareBackward(weights, gradients);
        core.PrepareBackward(weights, gradients);
        map?.PrepareBackward(weights, gradients);
    }

    public override void ForwardPhase(int phase, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        var slots = Split(pass.Rows, pass.Sequences);
        Span<float> middle = slots.Middle.Of(kept), v = map is null ? output : slots.Output.Of(kept);
        bool isLast = phase == Carries;
        if (phase == 0 && norm is not null && _pre)
            norm.Forward(pass, input, middle, slots.Norm.Of(kept));
        if (_scan is not null)
            _scan.ForwardPhase(phase, pass, CoreInput(input, middle), isLast ? v : default, slots.Core.Of(kept));
        else
            core.Forward(pass, CoreInput(input, middle), v, slots.Core.Of(kept));
        if (!isLast)
            return;
        map?.Forward(pass, v, output, slots.Map.Of(kept));
        AddSkip(pass, input, output);
        if (norm is not null && !_pre)
        {
            output.CopyTo(middle);
            norm.Forward(pass, middle, output, slots.Norm.Of(kept));
        }
    }

    public override void BackwardPhase(
        int phase, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var slots = Split(pass.Rows, pass.Sequences);
        ReadOnlySpan<float> middle = slots.Middle.Of(kept);
        var scratch = pass.Scratch;
        // The gradient of v, and that of a pre norm's output or a post norm's input.
        Span<float> dv = scratch.Take(input.Length), dmiddle = scratch.Take(input.Length);
        var inner = pass.With(scratch);
        if (phase == Carries)
        {
            dv.Clear();
            dmiddle.Clear();
            // y = s, or norm(s)
            scoped var ds = outputGradient;
            if (norm is not null && !_pre)
            {
                norm.Backward(inner, middle, slots.Norm.Of(kept), outputGradient, dmiddle, gradients);
                ds = dmiddle;
            }
            // s = F x + f(v)
            if (skip is null)
                Activations.Add(ds, inputGradient);
            else
                skip.Backward(inner, input, default, ds, inputGradient, gradients);
            if (map is not null)
                map.Backward(inner, slots.Output.Of(kept), slots.Map.Of(kept), ds, dv, gradients);
            else
                ds.CopyTo(dv);
        }
        // v = core(norm(x)), or core(x)
        bool normed = norm is not null && _pre;
        var dx = normed ? dmiddle : inputGradient;
        if (_scan is not null)
            _scan.BackwardPhase(phase, inner, CoreInput(input, middle), slots.Core.Of(kept), dv, dx, gradients);
        else
            core.Backward(inner, CoreInput(input, middle), slots.Core.Of(kept), dv, dx, gradients);
        if (phase == 0 && normed)
            norm!.Backward(inner, input, slots.Norm.Of(kept), dmiddle, inputGradient, gradients);
    }

    public override void ForwardCarry(
        int carry, in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
        => _scan!.ForwardCarry(carry, weights, rows, CoreSlot(rows).Of(kept), rowsBehind, CoreSlot(rowsBehind).Of(keptBehind), reverse);

    public override void BackwardCarry(
        int carry, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
        => _scan!.BackwardCarry(
            carry, weights, rows, scratch[(2 * rows * InputSize)..], rowsBefore, scratchBefore[(2 * rowsBefore * InputSize)..], reverse);

    public override void ClearEdges(int carry, int rows, Span<float> kept) => _scan!.ClearEdges(carry, rows, CoreSlot(rows).Of(kept));

    public override void ClearGradientEdges(int carry, int rows, Span<float> scratch)
        => _scan!.ClearGradientEdges(carry, rows, scratch[(2 * rows * InputSize)..]);

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var scratch = pass.Scratch;
        Span<float> middle = scratch.Take(InputSize), v = scratch.Take(InputSize);
        var inner = pass.With(scratch);
        if (map is null)
            v = output;
        if (norm is not null && _pre)
            norm.Step(inner, input, middle, default);
        core.Step(inner, CoreInput(input, middle), v, state);
        map?.Step(inner, v, output, default);
        AddSkip(inner, input, output);
        if (norm is not null && !_pre)
        {
            output.CopyTo(middle);
            norm.Step(inner, middle, output, default);
        }
    }

    private void AddSkip(in Pass pass, ReadOnlySpan<float> input, Span<float> sum)
    {
        if (skip is null)
            Activations.Add(input, sum);
        else
            skip.AddTo(pass, input, sum);
    }

    private ReadOnlySpan<float> CoreInput(ReadOnlySpan<float> input, ReadOnlySpan<float> middle)
        => norm is not null && _pre ? middle : input;

    // Where the core's share lies in what a piece keeps. A piece is one sequence.
    private Slot CoreSlot(int rows) => Split(rows, 1).Core;

    // Where everything lies in kept.
    private (Slot Norm, Slot Core, Slot Map, Slot Output, Slot Middle) Split(long rows, long sequences)
    {
        var normSlot = new Slot(0, norm?.KeptSize(rows, sequences) ?? 0);
        var coreSlot = normSlot.Next(core.KeptSize(rows, sequences));
        var mapSlot = coreSlot.Next(map?.KeptSize(rows, sequences) ?? 0);
        var output = mapSlot.Next(map is null ? 0 : rows * InputSize);
        return (normSlot, coreSlot, mapSlot, output, output.Next(norm is null ? 0 : rows * InputSize));
    }
}
