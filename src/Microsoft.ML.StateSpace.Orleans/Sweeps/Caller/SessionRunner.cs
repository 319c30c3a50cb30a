using Microsoft.ML.AutoML;
using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.AutoML.Halving;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>To AutoML a trial of a sweep in a cluster is the next one that ends there.</summary>
internal sealed class SessionRunner(MLContext context, SweepSession session) : ITrialRunner
{
    // On a thread of its own, so that the experiment's RunAsync returns to its caller meanwhile.
    public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
        => Task.Run(() => Run(settings, ct), CancellationToken.None);

    public void Dispose() => session.Leave();

    private async Task<TrialResult> Run(TrialSettings settings, CancellationToken ct)
    {
        var ended = await session.Next(context, ct);
        var trial = ended.Trial;
        settings.Parameter = new TrialPlan(new(trial.Configuration, trial.Rung), ended.IsReplay).AddTo(trial.Parameter);
        if (trial.Failure is not null)
        {
            throw ended.IsOutOfMemory
                ? new OutOfMemoryException(trial.Failure)
                : new TrialFailedException(trial.Failure, new InvalidOperationException(trial.Failure));
        }
        return new()
        {
            TrialSettings = settings, Model = ended.Model, Metric = trial.Metric, Loss = session.ComparableLoss(trial),
            DurationInMilliseconds = trial.Seconds * 1000,
        };
    }
}
