using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// One core that works on several groups of channels, each by itself: <c>y_g = core(x_g)</c>. The parameters are shared, the states are
/// not. In H3 with heads of d channels the groups are the d^2 entries of the heads' outer products, and the channels of a group are the
/// heads, so all entries of a head go through the same state space.
/// Source: Fu, Dao et al. 2023, arXiv:2212.14052; reference code HazyResearch/safari, <c>h3.py</c>.
/// Shapes: (rows, groups, heads) to (rows, groups, heads). Cost: that of the core, once a group. Kept: the groups one behind the other,
/// (groups, rows, heads), and what the core keeps of each.
/// </summary>
internal sealed class HeadCore(ScanLayer core, int groups) : ScanLayer
{
    public ScanLayer Core => core;

    public int Groups => groups;

    public override int InputSize => core.InputSize * groups;

    public override int OutputSize => core.OutputSize * groups;

    public override int Carries => core.Carries;

    public override bool CanBeCut => core.CanBeCut;

    public override bool Convolves => core.Convolves;

    public override int StateSize => core.StateSize * groups;

    public override long KeptSize(long rows, long sequences) => groups * (rows * core.InputSize + core.KeptSize(rows, sequences));

    // The output of a group, or the gradients of its output and its input. Then the scratch memory of the core, once a group, since in a
    // piece it lasts from phase to phase.
    public override long ScratchSize(long rows, long sequences)
        => rows * GroupsSize + groups * core.ScratchSize(rows, sequences);

    private int GroupsSize => core.InputSize + core.OutputSize;

    public override void Prepare(in Weights weights) => core.Prepare(weights);

    public override void PrepareBackward(in Weights weights, in Gradients gradients) => core.PrepareBackward(weights, gradients);

    public override void ForwardPhase(int phase, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        var scratch = pass.Scratch;
        bool isLast = phase == Carries;
        var y = scratch.Take(pass.Rows * core.OutputSize);
        for (int g = 0; g < groups; g++)
        {
            var x = Inputs(pass.Rows, g).Of(kept);
            if (phase == 0)
                Take(input, g, core.InputSize, x);
            var inner = pass.State.IsEmpty ? pass.With(scratch) : pass.With(scratch, pass.State.Slice(g * core.StateSize, core.StateSize));
            core.ForwardPhase(phase, inner, x, isLast ? y : default, Kept(pass.Rows, pass.Sequences, g).Of(kept));
            if (isLast)
                Put(y, g, core.OutputSize, output);
        }
    }

    public override void BackwardPhase(
        int phase, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var scratch = pass.Scratch;
        Span<float> dy = scratch.Take(pass.Rows * core.OutputSize), dx = scratch.Take(pass.Rows * core.InputSize);
        for (int g = 0; g < groups; g++)
        {
            Take(outputGradient, g, core.OutputSize, dy);
            dx.Clear();
            // A group has states of its own, and who observes the core expects one state for each of its poles.
            var inner = pass.With(scratch.Take(core.ScratchSize(pass.Rows, pass.Sequences))) with { Observer = null };
            core.BackwardPhase(
                phase, inner, Inputs(pass.Rows, g).Of(kept), Kept(pass.Rows, pass.Sequences, g).Of(kept), dy, dx, gradients);
            Add(dx, g, core.InputSize, inputGradient);
        }
    }

    public override void ClearEdges(int carry, int rows, Span<float> kept)
    {
        for (int g = 0; g < groups; g++)
            core.ClearEdges(carry, rows, Kept(rows, 1, g).Of(kept));
    }

    public override void ForwardCarry(
        int carry, in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
    {
        for (int g = 0; g < groups; g++)
            core.ForwardCarry(
                carry, weights, rows, Kept(rows, 1, g).Of(kept), rowsBehind, Kept(rowsBehind, 1, g).Of(keptBehind), reverse);
    }

    public override void ClearGradientEdges(int carry, int rows, Span<float> scratch)
    {
        for (int g = 0; g < groups; g++)
            core.ClearGradientEdges(carry, rows, Scratch(rows, g).Of(scratch));
    }

    public override void BackwardCarry(
        int carry, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
    {
        for (int g = 0; g < groups; g++)
            core.BackwardCarry(
                carry, weights, rows, Scratch(rows, g).Of(scratch), rowsBefore, Scratch(rowsBefore, g).Of(scratchBefore), reverse);
    }

    // In one row the channels of a group are contiguous as they are.
    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        for (int g = 0; g < groups; g++)
            core.Step(pass, input.Take(core.InputSize), output.Take(core.OutputSize), state.Take(core.StateSize));
    }

    private Slot Inputs(long rows, int g) => new(g * rows * core.InputSize, rows * core.InputSize);

    private Slot Kept(long rows, long sequences, int g)
    {
        long size = core.KeptSize(rows, sequences);
        return new(groups * rows * core.InputSize + g * size, size);
    }

    // The scratch memory of the core in a piece, which is one sequence.
    private Slot Scratch(long rows, int g)
    {
        long size = core.ScratchSize(rows, 1);
        return new(rows * GroupsSize + g * size, size);
    }

    // Takes a group out of all rows.
    private void Take(ReadOnlySpan<float> rows, int g, int size, Span<float> group)
    {
        for (int to = 0, from = g * size; to < group.Length; to += size, from += size * groups)
            rows.Slice(from, size).CopyTo(group[to..]);
    }

    private void Put(ReadOnlySpan<float> group, int g, int size, Span<float> rows)
    {
        for (int from = 0, to = g * size; from < group.Length; from += size, to += size * groups)
            group.Slice(from, size).CopyTo(rows[to..]);
    }

    private void Add(ReadOnlySpan<float> group, int g, int size, Span<float> rows)
    {
        for (int from = 0, to = g * size; from < group.Length; from += size, to += size * groups)
            Activations.Add(group.Slice(from, size), rows.Slice(to, size));
    }
}
