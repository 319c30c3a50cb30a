using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// One residual branch, <c>post(F x + f(core(pre(x))))</c>. The norms before the core and behind the sum and the position-wise map f may be
/// absent. The core may be position-wise. The skip F is the identity unless one is given.
/// Source: S5 <c>layers.py</c>, LRU <c>model.py</c>. Shapes: (rows, H) to (rows, H). Cost: that of norms, core, map and skip.
/// Kept: the output of a pre norm, the input of a post norm, the core's output, and what norms, core and map keep.
/// </summary>
internal sealed class ResidualBranch(Layer? preNorm, Layer core, Layer? map, Layer? postNorm = null, Linear? skip = null) : ScanLayer
{
    private readonly ScanLayer? _scan = core as ScanLayer;

    // Gradients in the scratch memory of a pass; those of a pre norm's output and of a post norm's input take turns, unless there are both.
    private readonly int _gradients = preNorm is not null && postNorm is not null ? 3 : 2;

    public Layer? PreNorm => preNorm;

    public Layer Core => core;

    public Layer? Map => map;

    public Layer? PostNorm => postNorm;

    public Linear? Skip => skip;

    /// <summary>The same branch with one more norm behind it.</summary>
    public ResidualBranch Then(Layer norm) => new(preNorm, core, map, postNorm is null ? norm : new Sequential(postNorm, norm), skip);

    public override int InputSize => core.InputSize;

    public override int OutputSize => core.OutputSize;

    public override int StateSize => core.StateSize;

    public override int Carries => _scan?.Carries ?? 0;

    public override bool CanBeCut => _scan?.CanBeCut ?? true;

    // What norms, core and map keep; v, the core's output, if a map follows; the output of a pre norm; and the input of a post norm.
    public override long KeptSize(long rows, long sequences)
    {
        var slots = Split(rows, sequences);
        return slots.Sum.Offset + slots.Sum.Length;
    }

    // In a pass: some gradients of the size of the rows, followed by the scratch memory of a layer. In a step: the outputs of norm and
    // core.
    public override long ScratchSize(long rows, long sequences)
        => Math.Max(
            Math.Max(core.ScratchSize(rows, sequences), postNorm?.ScratchSize(rows, sequences) ?? 0),
            map?.ScratchSize(rows, sequences) ?? 0) + _gradients * Math.Max(rows, 2) * InputSize;

    public override void Prepare(in Weights weights)
    {
        preNorm?.Prepare(weights);
        core.Prepare(weights);
        map?.Prepare(weights);
        postNorm?.Prepare(weights);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        preNorm?.PrepareBackward(weights, gradients);
        core.PrepareBackward(weights, gradients);
        map?.PrepareBackward(weights, gradients);
        postNorm?.PrepareBackward(weights, gradients);
    }

    public override void ForwardPhase(int phase, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        var slots = Split(pass.Rows, pass.Sequences);
        Span<float> middle = slots.Middle.Of(kept), v = map is null ? output : slots.Output.Of(kept);
        bool isLast = phase == Carries;
        if (phase == 0 && preNorm is not null)
            preNorm.Forward(pass, input, middle, slots.PreNorm.Of(kept));
        if (_scan is not null)
            _scan.ForwardPhase(phase, pass, CoreInput(input, middle), isLast ? v : default, slots.Core.Of(kept));
        else
            core.Forward(pass, CoreInput(input, middle), v, slots.Core.Of(kept));
        if (!isLast)
            return;
        map?.Forward(pass, v, output, slots.Map.Of(kept));
        AddSkip(pass, input, output);
        if (postNorm is not null)
        {
            var sum = slots.Sum.Of(kept);
            output.CopyTo(sum);
            postNorm.Forward(pass, sum, output, slots.PostNorm.Of(kept));
        }
    }

    public override void BackwardPhase(
        int phase, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var slots = Split(pass.Rows, pass.Sequences);
        ReadOnlySpan<float> middle = slots.Middle.Of(kept);
        var scratch = pass.Scratch;
        // The gradients of v, of a pre norm's output, and of a post norm's input.
        Span<float> dv = scratch.Take(input.Length), dmiddle = scratch.Take(input.Length),
            dsum = _gradients == 3 ? scratch.Take(input.Length) : dmiddle;
        var inner = pass.With(scratch);
        if (phase == Carries)
        {
            dv.Clear();
            dmiddle.Clear();
            // y = s, or norm(s)
            scoped var ds = outputGradient;
            if (postNorm is not null)
            {
                dsum.Clear();
                postNorm.Backward(inner, slots.Sum.Of(kept), slots.PostNorm.Of(kept), outputGradient, dsum, gradients);
                ds = dsum;
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
        var dx = preNorm is not null ? dmiddle : inputGradient;
        if (_scan is not null)
            _scan.BackwardPhase(phase, inner, CoreInput(input, middle), slots.Core.Of(kept), dv, dx, gradients);
        else
            core.Backward(inner, CoreInput(input, middle), slots.Core.Of(kept), dv, dx, gradients);
        if (phase == 0 && preNorm is not null)
            preNorm.Backward(inner, input, slots.PreNorm.Of(kept), dmiddle, inputGradient, gradients);
    }

    public override void ForwardCarry(
        int carry, in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
        => _scan!.ForwardCarry(carry, weights, rows, CoreSlot(rows).Of(kept), rowsBehind, CoreSlot(rowsBehind).Of(keptBehind), reverse);

    public override void BackwardCarry(
        int carry, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
        => _scan!.BackwardCarry(
            carry, weights, rows, scratch[(_gradients * rows * InputSize)..], rowsBefore,
            scratchBefore[(_gradients * rowsBefore * InputSize)..], reverse);

    public override void ClearEdges(int carry, int rows, Span<float> kept) => _scan!.ClearEdges(carry, rows, CoreSlot(rows).Of(kept));

    public override void ClearGradientEdges(int carry, int rows, Span<float> scratch)
        => _scan!.ClearGradientEdges(carry, rows, scratch[(_gradients * rows * InputSize)..]);

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var scratch = pass.Scratch;
        Span<float> middle = scratch.Take(InputSize), v = scratch.Take(InputSize);
        var inner = pass.With(scratch);
        if (map is null)
            v = output;
        preNorm?.Step(inner, input, middle, default);
        core.Step(inner, CoreInput(input, middle), v, state);
        map?.Step(inner, v, output, default);
        AddSkip(inner, input, output);
        if (postNorm is not null)
        {
            output.CopyTo(middle);
            postNorm.Step(inner, middle, output, default);
        }
    }

    public override long StepEachScratchSize(int streams)
        => 2L * streams * InputSize + Math.Max(
            Math.Max(core.StepEachScratchSize(streams), map?.StepEachScratchSize(streams) ?? 0),
            Math.Max(preNorm?.StepEachScratchSize(streams) ?? 0, postNorm?.StepEachScratchSize(streams) ?? 0));

    public override void StepEach(in Pass pass, ReadOnlySpan<float> input, Span<float> output, in StreamStates states)
    {
        var scratch = pass.Scratch;
        Span<float> middle = scratch.Take(input.Length), v = scratch.Take(input.Length);
        var inner = pass.With(scratch);
        if (map is null)
            v = output;
        preNorm?.StepEach(inner, input, middle, states);
        core.StepEach(inner, CoreInput(input, middle), v, states);
        map?.StepEach(inner, v, output, states);
        AddSkip(inner, input, output);
        if (postNorm is not null)
        {
            output.CopyTo(middle);
            postNorm.StepEach(inner, middle, output, states);
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
        => preNorm is not null ? middle : input;

    // Where the core's share lies in what a piece keeps. A piece is one sequence.
    private Slot CoreSlot(int rows) => Split(rows, 1).Core;

    // Where everything lies in kept.
    private (Slot PreNorm, Slot Core, Slot Map, Slot PostNorm, Slot Output, Slot Middle, Slot Sum) Split(long rows, long sequences)
    {
        var pre = new Slot(0, preNorm?.KeptSize(rows, sequences) ?? 0);
        var coreSlot = pre.Next(core.KeptSize(rows, sequences));
        var mapSlot = coreSlot.Next(map?.KeptSize(rows, sequences) ?? 0);
        var post = mapSlot.Next(postNorm?.KeptSize(rows, sequences) ?? 0);
        var output = post.Next(map is null ? 0 : rows * InputSize);
        var middle = output.Next(preNorm is null ? 0 : rows * InputSize);
        return (pre, coreSlot, mapSlot, post, output, middle, middle.Next(postNorm is null ? 0 : rows * InputSize));
    }
}
