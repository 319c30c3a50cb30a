using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>
/// The steps in which the pieces of long sequences meet: neighbours hand on what they must know of each other between two phases of a scan,
/// in the order of time and against it; on the way back, gradients against the order of each scan.
/// </summary>
internal static class Meeting
{
    /// <summary>Parts of a meeting, which may be done side by side: <see cref="ScanLayer.CarryGroups"/>, or one.</summary>
    public static int Parts(ScheduledStep step) => Math.Max(1, ((ScanInstruction)step.Instruction).CarryGroups);

    /// <summary>Comes before the parts.</summary>
    public static void Begin(ScheduledStep step, ReadOnlySpan<PassMemory> pieces)
    {
        var scan = (ScanInstruction)step.Instruction;
        foreach (var piece in pieces)
        {
            if (step.Work == Work.CarryForward)
                scan.ClearEdges(step.Phase, piece.Rows, piece.Buffer(step.Kept));
            else
                scan.ClearGradientEdges(step.Phase, piece.Rows, piece.Buffer(step.Scratch));
        }
    }

    /// <summary>Does a part.</summary>
    /// <param name="step">The step.</param>
    /// <param name="part">The part.</param>
    /// <param name="pieces">The memory of each piece, in the order of time.</param>
    /// <param name="isFirst">Whether each begins a sequence.</param>
    /// <param name="weights">Parameters and prepared values.</param>
    public static void Carry(
        ScheduledStep step, int part, ReadOnlySpan<PassMemory> pieces, ReadOnlySpan<bool> isFirst, in Weights weights)
    {
        bool forward = step.Work == Work.CarryForward;
        for (int i = 0; i < pieces.Length; i++)
            HandOn(step, part, pieces, isFirst, weights, forward ? i : pieces.Length - 1 - i, forward, reverse: false);
        for (int i = 0; i < pieces.Length; i++)
            HandOn(step, part, pieces, isFirst, weights, forward ? pieces.Length - 1 - i : i, !forward, reverse: true);
    }

    // To the piece behind, or before; there need not be one where carries go through the pieces.
    private static void HandOn(
        ScheduledStep step, int part, ReadOnlySpan<PassMemory> pieces, ReadOnlySpan<bool> isFirst, in Weights weights, int index,
        bool toNext, bool reverse)
    {
        var scan = (ScanInstruction)step.Instruction;
        int other = toNext ? index + 1 : index - 1;
        bool hasOther = toNext ? other < pieces.Length && !isFirst[other] : !isFirst[index], isThrough = scan.CarryGroups > 0;
        if (!hasOther && !isThrough)
            return;
        bool isForward = step.Work == Work.CarryForward;
        int buffer = isForward ? step.Kept : step.Scratch, rows = pieces[index].Rows, rowsOfOther = hasOther ? pieces[other].Rows : 0;
        Span<float> own = pieces[index].Buffer(buffer), others = hasOther ? pieces[other].Buffer(buffer) : default;
        if (isThrough && isForward)
        {
            var frame = pieces[index].FrameOf(step, new() { Weights = weights, Starts = [0, rows], Scratch = default, IsPiece = true });
            scan.CarryForwardThrough(step.Phase, part, frame, rowsOfOther, others, reverse);
        }
        else if (isThrough)
            scan.CarryBackwardThrough(step.Phase, part, weights, rows, own, rowsOfOther, others, reverse);
        else if (isForward)
            scan.CarryForward(step.Phase, weights, rows, own, rowsOfOther, others, reverse);
        else
            scan.CarryBackward(step.Phase, weights, rows, own, rowsOfOther, others, reverse);
    }
}
