using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>The kinds of work that are done to pieces.</summary>
internal enum PieceWork
{
    Encode,
    Forward,
    CarryForward,
    PoolRows,
    DecodeRows,
    DecodePooled,
    PoolRowsBackward,
    Backward,
    CarryBackward,
    EncodeBackward,
}

/// <summary>
/// A step of a training pass over pieces. It names the branch, and the phase or carry of that branch, where the work has one.
/// </summary>
internal readonly record struct PieceStep(PieceWork Work, int Branch = 0, int Phase = 0)
{
    /// <summary>Whether pieces meet in this step; all other steps are done to every piece by itself.</summary>
    public bool IsMeeting => Work is PieceWork.CarryForward or PieceWork.CarryBackward or PieceWork.DecodePooled;
}

/// <summary>
/// The steps of a training pass: <see cref="SequenceNetwork.Forward"/>, the loss and <see cref="SequenceNetwork.Backward"/>, phase by
/// phase, with the carries between the phases.
/// </summary>
internal static class PieceSteps
{
    public static PieceStep[] Of(SequenceNetwork model, bool recomputing)
    {
        var steps = new List<PieceStep> { new(PieceWork.Encode) };
        for (int branch = 0; branch < model.Branches; branch++)
            AddForward(steps, branch, model.Branch(branch).Carries);
        if (model.Head.IsPooled)
            steps.AddRange([new(PieceWork.PoolRows), new(PieceWork.DecodePooled), new(PieceWork.PoolRowsBackward)]);
        else
            steps.Add(new(PieceWork.DecodeRows));
        for (int branch = model.Branches - 1; branch >= 0; branch--)
        {
            if (recomputing && branch < model.Branches - 1)
                AddForward(steps, branch, model.Branch(branch).Carries);
            for (int phase = model.Branch(branch).Carries; phase >= 0; phase--)
            {
                steps.Add(new(PieceWork.Backward, branch, phase));
                if (phase > 0)
                    steps.Add(new(PieceWork.CarryBackward, branch, phase - 1));
            }
        }
        steps.Add(new(PieceWork.EncodeBackward));
        return [.. steps];
    }

    /// <summary>How many steps there are up to the losses.</summary>
    public static int UpToLoss(ReadOnlySpan<PieceStep> steps)
    {
        int count = 0;
        while (steps[count].Work is not (PieceWork.DecodeRows or PieceWork.DecodePooled))
            count++;
        return count + 1;
    }

    private static void AddForward(List<PieceStep> steps, int branch, int carries)
    {
        for (int phase = 0; phase <= carries; phase++)
        {
            steps.Add(new(PieceWork.Forward, branch, phase));
            if (phase < carries)
                steps.Add(new(PieceWork.CarryForward, branch, phase));
        }
    }
}
