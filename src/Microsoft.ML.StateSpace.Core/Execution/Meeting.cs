using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>
/// The steps in which the pieces of long sequences meet: neighbours hand on what they must know of each other between two phases of a scan,
/// in the order of time and against it; on the way back, gradients against the order of each scan.
/// </summary>
internal static class Meeting
{
    /// <param name="step">The step.</param>
    /// <param name="pieces">The memory of each piece, in the order of time.</param>
    /// <param name="isFirst">Whether each begins a sequence.</param>
    /// <param name="weights">Parameters and prepared values.</param>
    public static void Carry(ScheduledStep step, ReadOnlySpan<PassMemory> pieces, ReadOnlySpan<bool> isFirst, in Weights weights)
    {
        var scan = (ScanInstruction)step.Instruction;
        if (step.Work == Work.CarryForward)
            Forward(scan, step, pieces, isFirst, weights);
        else
            Backward(scan, step, pieces, isFirst, weights);
    }

    private static void Forward(
        ScanInstruction scan, ScheduledStep step, ReadOnlySpan<PassMemory> pieces, ReadOnlySpan<bool> isFirst, in Weights weights)
    {
        foreach (var piece in pieces)
            scan.ClearEdges(step.Phase, piece.Rows, piece.Buffer(step.Kept));
        for (int i = 1; i < pieces.Length; i++)
        {
            PassMemory before = pieces[i - 1], piece = pieces[i];
            if (!isFirst[i])
                scan.CarryForward(
                    step.Phase, weights, before.Rows, before.Buffer(step.Kept), piece.Rows, piece.Buffer(step.Kept), reverse: false);
        }
        for (int i = pieces.Length - 1; i > 0; i--)
        {
            PassMemory before = pieces[i - 1], piece = pieces[i];
            if (!isFirst[i])
                scan.CarryForward(
                    step.Phase, weights, piece.Rows, piece.Buffer(step.Kept), before.Rows, before.Buffer(step.Kept), reverse: true);
        }
    }

    private static void Backward(
        ScanInstruction scan, ScheduledStep step, ReadOnlySpan<PassMemory> pieces, ReadOnlySpan<bool> isFirst, in Weights weights)
    {
        foreach (var piece in pieces)
            scan.ClearGradientEdges(step.Phase, piece.Rows, piece.Buffer(step.Scratch));
        for (int i = pieces.Length - 1; i > 0; i--)
        {
            PassMemory before = pieces[i - 1], piece = pieces[i];
            if (!isFirst[i])
                scan.CarryBackward(
                    step.Phase, weights, piece.Rows, piece.Buffer(step.Scratch), before.Rows, before.Buffer(step.Scratch), reverse: false);
        }
        for (int i = 1; i < pieces.Length; i++)
        {
            PassMemory before = pieces[i - 1], piece = pieces[i];
            if (!isFirst[i])
                scan.CarryBackward(
                    step.Phase, weights, before.Rows, before.Buffer(step.Scratch), piece.Rows, piece.Buffer(step.Scratch), reverse: true);
        }
    }
}
