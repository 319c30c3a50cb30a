namespace Microsoft.ML.StateSpace.Tasks;

/// <summary>
/// What of the defaults depends on the task. An answer for a whole sequence may look both ways, and rests on few targets; answers for each
/// step are many, and the states that give them should not remember longer than records last.
/// </summary>
internal sealed record TaskDefaults
{
    private const int Steps = 1500, ManySteps = 7500;

    /// <summary>Whether cores that can usually read sequences in both directions.</summary>
    public required bool IsBidirectional { get; init; }

    public required double Dropout { get; init; }

    /// <summary>Label smoothing of small sets.</summary>
    public required double LabelSmoothing { get; init; }

    /// <summary>The number of sequences from which on a part is held out.</summary>
    public required int HoldOutFrom { get; init; }

    /// <summary>So many optimiser steps are enough, however few epochs they make.</summary>
    public required int EnoughSteps { get; init; }

    /// <summary>The largest number of epochs that is chosen, but for what the fewest steps ask for.</summary>
    public required int MostEpochs { get; init; }

    /// <summary>Whether the initial step sizes follow from the mean length of the sequences.</summary>
    public required bool StepsFollowLength { get; init; }

    public static TaskDefaults Of(SequenceTask task) => task switch
    {
        SequenceTask.Classification => new()
        {
            IsBidirectional = true, Dropout = 0.1, LabelSmoothing = 0.1, MostEpochs = 120, StepsFollowLength = false,
            HoldOutFrom = 5000, EnoughSteps = ManySteps,
        },
        SequenceTask.Regression => new()
        {
            IsBidirectional = true, Dropout = 0.1, LabelSmoothing = 0, MostEpochs = 120, StepsFollowLength = false,
            HoldOutFrom = 300, EnoughSteps = Steps,
        },
        SequenceTask.Tagging => new()
        {
            IsBidirectional = true, Dropout = 0.1, LabelSmoothing = 0, MostEpochs = Steps, StepsFollowLength = true,
            HoldOutFrom = 300, EnoughSteps = ManySteps,
        },
        _ => new()
        {
            IsBidirectional = false, Dropout = 0, LabelSmoothing = 0, MostEpochs = Steps, StepsFollowLength = true, HoldOutFrom = 300,
            EnoughSteps = ManySteps,
        },
    };

    /// <summary>The initial step sizes of a core, for sequences of that mean length.</summary>
    public (double Minimum, double Maximum) StepSizes(double length)
        => StepsFollowLength ? (Math.Clamp(10 / length, 0.001, 0.1), Math.Clamp(100 / length, 0.1, 1)) : (0.001, 0.1);
}
