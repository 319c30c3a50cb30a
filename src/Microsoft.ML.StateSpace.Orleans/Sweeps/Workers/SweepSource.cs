using Microsoft.ML.AutoML;
using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.AutoML.Halving;
using Microsoft.ML.StateSpace.AutoML.Trials;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>Where a worker has the experiment of a sweep from.</summary>
internal abstract class SweepSource
{
    /// <summary>Who follows a training.</summary>
    public Func<SweepTraining, IProgress<TrainingProgress>?>? Progress { get; init; }

    /// <summary>Where checkpoints stay, where all workers are in one process; <see langword="null"/> where they travel.</summary>
    public CheckpointFolder? Checkpoints { get; init; }

    /// <summary>Lets a worker train with the experiment until it has done, or the time of the experiment is over.</summary>
    /// <param name="seed">The seed of the context.</param>
    /// <param name="work">What the worker does.</param>
    /// <param name="cancellation">Ends it.</param>
    public abstract Task Run(int seed, Func<SweptExperiment, CancellationToken, Task> work, CancellationToken cancellation);
}

/// <summary>The experiment of who runs the sweep, in the same process.</summary>
internal sealed class SharedExperiment(SweptExperiment experiment) : SweepSource
{
    public override Task Run(int seed, Func<SweptExperiment, CancellationToken, Task> work, CancellationToken cancellation)
        => work(experiment, cancellation);
}

/// <summary>
/// An experiment that a silo makes by itself. To AutoML all that the worker does is one trial, so that the limit of time is that of the
/// silo.
/// </summary>
internal sealed class RegisteredExperiment(Func<MLContext, AutoMLExperiment> make, IEvaluateMetricManager? metric) : SweepSource
{
    public override async Task Run(int seed, Func<SweptExperiment, CancellationToken, Task> work, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var experiment = make(new MLContext(seed))
            ?? throw new InvalidOperationException("The function that was given to SweepExperiments.Set has returned null.");
        experiment.SetQuietPerformanceMonitor();
        experiment.SetTuner(services => new DefaultsTuner(SweptExperiment.Get<AutoMLExperiment.AutoMLExperimentSettings>(services)));
        experiment.SetTrialRunner(services => new WholeWork(async (settings, time) =>
        {
            await work(new(services, metric), time);
            await ended.CancelAsync();
            return new TrialResult { TrialSettings = settings };
        }));
        await experiment.RunAsync(ended.Token);
    }

    private sealed class WholeWork(Func<TrialSettings, CancellationToken, Task<TrialResult>> run) : ITrialRunner
    {
        public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct) => run(settings, ct);

        public void Dispose()
        {
        }
    }
}
