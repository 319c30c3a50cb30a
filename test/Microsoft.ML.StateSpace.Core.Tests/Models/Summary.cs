namespace Microsoft.ML.StateSpace.Core.Tests.Models;

/// <summary>The summary of a training that never was.</summary>
internal static class Summary
{
    public static TrainingSummary None { get; } = new()
    {
        Options = new TrainingOptions(), Epochs = 0, BestEpoch = 0, Stop = TrainingStop.Completed, Duration = TimeSpan.Zero,
        ParameterCount = 0,
    };
}
