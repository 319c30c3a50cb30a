using Microsoft.ML.StateSpace;

namespace ArchitectureZoo.Tasks;

/// <summary>
/// What every architecture is given alike: steps of the optimiser, batch size and learning rate. There is no validation set, so that no
/// training stops early.
/// </summary>
internal sealed record Budget
{
    public int Steps { get; init; } = 2000;

    public int BatchSize { get; init; } = 16;

    public double LearningRate { get; init; } = 0.01;

    /// <summary>Training ends after so long, with the parameters of the last whole epoch.</summary>
    public TimeSpan? Limit { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>The training options that spend this budget on so many sequences.</summary>
    public TrainingOptions On(int sequences)
    {
        int stepsPerEpoch = (sequences + BatchSize - 1) / BatchSize;
        return new()
        {
            BatchSize = BatchSize,
            Epochs = Math.Max(1, Steps / stepsPerEpoch),
            LearningRate = LearningRate,
            ValidationFraction = 0,
            Seed = Seed,
            Cancellation = Limit is { } limit ? new CancellationTokenSource(limit).Token : default,
        };
    }
}
