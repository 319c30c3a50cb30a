using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>What is done to pieces.</summary>
internal enum PieceWork
{
    Encode,
    Forward,
    LinkForward,
    PoolRows,
    DecodeRows,
    DecodePooled,
    PoolRowsBackward,
    Backward,
    LinkBackward,
    EncodeBackward,
}

/// <summary>A step of a training pass over pieces, with the block and its part, or link, where it has one.</summary>
internal readonly record struct PieceStep(PieceWork Work, int Block = 0, int Part = 0)
{
    /// <summary>Whether pieces meet in it; all others are done to every piece by itself.</summary>
    public bool IsMeeting => Work is PieceWork.LinkForward or PieceWork.LinkBackward or PieceWork.DecodePooled;
}

/// <summary>The steps of <see cref="SequenceModel.Forward"/>, the loss and <see cref="SequenceModel.Backward"/>, with the links between them.</summary>
internal static class PieceSteps
{
    public static PieceStep[] Of(SequenceModel model, bool recomputing)
    {
        var steps = new List<PieceStep> { new(PieceWork.Encode) };
        for (int block = 0; block < model.Blocks; block++)
            AddForward(steps, block, model.Block(block).Links);
        if (model.IsPooled)
            steps.AddRange([new(PieceWork.PoolRows), new(PieceWork.DecodePooled), new(PieceWork.PoolRowsBackward)]);
        else
            steps.Add(new(PieceWork.DecodeRows));
        for (int block = model.Blocks - 1; block >= 0; block--)
        {
            if (recomputing && block < model.Blocks - 1)
                AddForward(steps, block, model.Block(block).Links);
            for (int part = model.Block(block).Links; part >= 0; part--)
            {
                steps.Add(new(PieceWork.Backward, block, part));
                if (part > 0)
                    steps.Add(new(PieceWork.LinkBackward, block, part - 1));
            }
        }
        steps.Add(new(PieceWork.EncodeBackward));
        return [.. steps];
    }

    private static void AddForward(List<PieceStep> steps, int block, int links)
    {
        for (int part = 0; part <= links; part++)
        {
            steps.Add(new(PieceWork.Forward, block, part));
            if (part < links)
                steps.Add(new(PieceWork.LinkForward, block, part));
        }
    }
}
