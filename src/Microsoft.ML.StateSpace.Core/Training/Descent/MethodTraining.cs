namespace Microsoft.ML.StateSpace.Training;

/// <summary>Trains a network with the method that its options name; of two methods, one after the other.</summary>
internal static class MethodTraining
{
    public static (BestModel Best, TrainingSummary Summary) Run(TrainingWork work)
        => work.Options.Method is PolishOptions polish
            ? Polish(work, polish)
            : DescentTraining.Run(work, (DescentOptions)work.Options.Method!, before: null);

    private static (BestModel Best, TrainingSummary Summary) Polish(TrainingWork work, PolishOptions polish)
    {
        int first = work.Options.Epochs!.Value, then = polish.Iterations ?? polish.Then.UsualIterations;
        int last = (int)Math.Ceiling(work.Options.PauseAt * (first + then) - 1e-9);
        var before = work with
        {
            Options = work.Options with { Method = polish.First, PauseAt = Math.Min(1, (double)last / first) },
            OtherEpochs = (0, then),
        };
        var (best, summary) = polish.First is null ? Trainer.Run(before) : DescentTraining.Run(before, polish.First, before: null);
        if (summary.Stop == TrainingStop.Cancelled || last <= first)
            return (best, summary with { Options = work.Options, Stop = TrainingStop.Cancelled });
        work.Log?.Invoke($"The first method has ended behind {summary.Epochs} epochs ({summary.Stop}); the second one begins.");
        var behind = work with
        {
            Initial = best.Parameters,
            Options = work.Options with { Epochs = then, PauseAt = Math.Min(1, (double)(last - first) / then) },
            OtherEpochs = (summary.Epochs, 0),
        };
        var (polished, own) = DescentTraining.Run(behind, polish.Then, (best, summary));
        return (polished, own with { Options = work.Options });
    }
}
