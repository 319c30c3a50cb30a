namespace Microsoft.ML.StateSpace.Telemetry.Tests;

/// <summary>Reports as a training makes them.</summary>
internal static class Reports
{
    /// <summary>The report of an epoch; its losses tell the run, the member and the epoch.</summary>
    public static TrainingProgress Epoch(int epoch, long run = 1, int member = 0, int members = 1) => new()
    {
        Run = run,
        Member = member,
        Members = members,
        Epoch = epoch,
        Epochs = 10,
        TrainingLoss = Loss(epoch, run, member),
        ValidationLoss = 2 * Loss(epoch, run, member),
        MetricName = "accuracy",
        ValidationMetric = 0.5,
        IsBest = true,
        SequencesPerSecond = 1000,
        Elapsed = TimeSpan.FromSeconds(epoch),
        Remaining = TimeSpan.FromSeconds(10 - epoch),
    };

    /// <summary>A number that no other report has, and that a float holds.</summary>
    public static double Loss(int epoch, long run = 1, int member = 0) => 100 * run + 10 * member + epoch;

    /// <summary>The curve of some epochs.</summary>
    public static (long Step, float Value)[] Curve(int first, int last, long run = 1, int member = 0)
        => [.. Enumerable.Range(first, last - first + 1).Select(epoch => ((long)epoch, (float)Loss(epoch, run, member)))];

    /// <summary>How a training ended.</summary>
    public static TrainingEnd End(TrainingStop stop, long run = 1, string? warning = null) => new()
    {
        Run = run,
        Summary = new()
        {
            Options = new(), Epochs = 3, BestEpoch = 2, Stop = stop, Warning = warning, Duration = TimeSpan.FromSeconds(4.5),
            ParameterCount = 678, ValidationLoss = 0.25, ValidationMetric = 0.75,
        },
    };
}
