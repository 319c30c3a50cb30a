using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>
/// A scan, the one kind of instruction in which time steps meet, and so the one that knows pieces: it enters each of them, carries what
/// must be known from piece to piece, and leaves them.
/// Kept: where it reads from the end and time steps come with intervals, the time that leads to each row in that order, (rows); then what
/// the scan keeps.
/// </summary>
/// <param name="scan">The scan.</param>
/// <param name="hasIntervals">Whether time steps come with intervals.</param>
internal sealed class ScanInstruction(ScanLayer scan, bool hasIntervals) : Instruction
{
    public ScanLayer Scan => scan;

    public override int Phases => scan.Carries + 1;

    public override int StateSize => scan.StateSize;

    public override long Cost => scan.Cost;

    public override long KeptSize(in Extent extent) => Intervals(extent.Rows) + scan.KeptSize(extent.Rows, extent.Sequences);

    public override long ScratchSize(in Extent extent) => scan.ScratchSize(extent.Rows, extent.Sequences);

    public override long StepScratchSize(int streams)
        => Math.Max(scan.ScratchSize(1, 1), streams == 1 ? 0 : scan.StepEachScratchSize(streams));

    public override bool Reads(int value) => scan.ReadsInput;

    public override void Forward(int phase, in Frame frame)
    {
        var kept = frame.Kept;
        var intervals = kept.Take(Intervals(frame.Pass.Rows));
        if (phase == 0 && !intervals.IsEmpty)
            Reverse.Copy(frame.Pass, frame.Pass.IntervalsBehind, intervals);
        scan.ForwardPhase(phase, PassOf(frame, intervals), frame.First, frame.Output, kept);
    }

    public override void Backward(int phase, in Frame frame)
    {
        var kept = frame.Kept;
        var intervals = kept.Take(Intervals(frame.Pass.Rows));
        scan.BackwardPhase(
            phase, PassOf(frame, intervals), frame.First, kept, frame.OutputGradient, frame.FirstGradient, frame.Gradients);
    }

    public override void Step(in Frame frame) => scan.Step(frame.Pass, frame.First, frame.Output, frame.Pass.State);

    public override void StepEach(in Frame frame, ReadOnlySpan<long> before, in StreamStates states)
        => scan.StepEach(frame.Pass, frame.First, frame.Output, states);

    /// <summary>Clears, before a carry, what a piece that nothing precedes, or follows, would be handed.</summary>
    public void ClearEdges(int carry, int rows, Span<float> kept)
    {
        for (int g = 0; g < Groups; g++)
            scan.ClearEdges(carry, rows, KeptOf(g, kept, rows));
    }

    /// <summary>
    /// Hands what must be known from a piece to the next one in time, or to the one before it if <paramref name="reverse"/>. For a scan
    /// from the end the piece before in time is the next one.
    /// </summary>
    public void CarryForward(
        int carry, in Weights weights, int rows, Span<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
    {
        for (int g = 0; g < Groups && (reverse || !IsFromEnd); g++)
            scan.ForwardCarry(
                carry, weights, rows, KeptOf(g, kept, rows), rowsBehind, KeptOf(g, keptBehind, rowsBehind), reverse && !IsFromEnd);
    }

    /// <summary>Groups of channels for which carries go through the pieces, side by side; 0 where they only hand on edges.</summary>
    public int CarryGroups => scan.CarryGroups;

    /// <summary>As <see cref="CarryForward"/>, for a group of channels and through the whole piece; none may follow.</summary>
    public void CarryForwardThrough(int carry, int group, in Frame frame, int rowsBehind, Span<float> keptBehind, bool reverse)
    {
        for (int g = 0; g < Groups && (reverse || !IsFromEnd); g++)
        {
            scan.ForwardCarryThrough(
                carry, group, frame.Pass, Frame.Part(frame.First, g, Groups), Frame.Part(frame.Output, g, Groups),
                KeptOf(g, frame.Kept, frame.Pass.Rows), rowsBehind, keptBehind.IsEmpty ? default : KeptOf(g, keptBehind, rowsBehind),
                reverse && !IsFromEnd);
        }
    }

    /// <summary>As <see cref="ClearEdges"/>, for the scratch memory of Backward.</summary>
    public void ClearGradientEdges(int carry, int rows, Span<float> scratch)
    {
        for (int g = 0; g < Groups; g++)
            scan.ClearGradientEdges(carry, rows, Frame.Part(scratch, g, Groups));
    }

    /// <summary>Hands a gradient to the piece that comes before this one in the scan.</summary>
    public void CarryBackward(
        int carry, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
    {
        for (int g = 0; g < Groups && (reverse || !IsFromEnd); g++)
            scan.BackwardCarry(
                carry, weights, rows, Frame.Part(scratch, g, Groups), rowsBefore, Frame.Part(scratchBefore, g, Groups),
                reverse && !IsFromEnd);
    }

    /// <summary>As <see cref="CarryBackward"/>, for a group of channels and through the whole piece; none may come before.</summary>
    public void CarryBackwardThrough(
        int carry, int group, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
    {
        for (int g = 0; g < Groups && (reverse || !IsFromEnd); g++)
            scan.BackwardCarryThrough(
                carry, group, weights, rows, Frame.Part(scratch, g, Groups), rowsBefore,
                scratchBefore.IsEmpty ? default : Frame.Part(scratchBefore, g, Groups), reverse && !IsFromEnd);
    }

    private long Intervals(long rows) => IsFromEnd && hasIntervals ? rows : 0;

    // Who observes a scan expects one state for each of its poles, but groups have states of their own.
    private Pass PassOf(in Frame frame, ReadOnlySpan<float> intervals)
        => IsFromEnd ? frame.Pass.FromEnd(frame.Pass.Scratch, intervals)
            : Groups > 1 ? frame.Pass with { Observer = null } : frame.Pass;

    private Span<float> KeptOf(int group, Span<float> kept, int rows) => Frame.Part(kept, group, Groups)[(int)Intervals(rows)..];
}
