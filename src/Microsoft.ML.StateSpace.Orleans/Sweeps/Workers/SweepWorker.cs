using Microsoft.Extensions.Logging;
using Microsoft.ML.AutoML;
using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.AutoML.Halving;
using Microsoft.ML.StateSpace.AutoML.Journal;
using Microsoft.ML.StateSpace.AutoML.Trials;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>One worker: waits for runs of the sweeps that its silo has, and trains one trial after the other for them.</summary>
/// <param name="name">Who it is in the cluster.</param>
/// <param name="sweeps">The sweeps of its silo.</param>
/// <param name="options">How the silo trains.</param>
/// <param name="grains">The cluster.</param>
/// <param name="logger">Hears what it cannot do.</param>
internal sealed class SweepWorker(
    string name, SweepExperiments sweeps, SweepOptions options, IGrainFactory grains, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private static readonly Lazy<string> Temporary = new(SweepFolder.Temporary);

    // Runs that it has left for good, since it cannot train for them, or its time is over.
    private readonly HashSet<string> _left = [];

    private readonly int? _threads = options.Workers > 1 ? Math.Max(1, Environment.ProcessorCount / options.Workers) : null;

    /// <param name="stop">Ends it.</param>
    /// <param name="abandon">Ends it without a word.</param>
    public async Task Run(CancellationToken stop, CancellationToken abandon)
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (var (sweep, source) in sweeps.All)
            {
                try
                {
                    await Look(sweep, source, stop, abandon);
                }
                catch (Exception e) when (!stop.IsCancellationRequested)
                {
                    logger.LogDebug(e, "Sweep {Sweep} could not be asked for work", sweep);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
            await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Look(string sweep, SweepSource source, CancellationToken stop, CancellationToken abandon)
    {
        var grain = grains.GetGrain<ISweepGrain>(sweep);
        if (await grain.Join().AsTask().WaitAsync(stop) is not var (terms, header) || _left.Contains(terms.Run))
            return;
        string? error = null;
        using var beat = new Heartbeat(grain, terms.Run, name, stop);
        try
        {
            await source.Run(
                terms.ContextSeed, (experiment, time) => Train(sweep, source, terms, header, experiment, beat, time), beat.Run);
        }
        catch (Exception e) when (!beat.Run.IsCancellationRequested)
        {
            error = $"{name} cannot train for the sweep '{sweep}': {e.GetBaseException().Message}";
            logger.LogError(e, "{Worker} cannot train for the sweep {Sweep}", name, sweep);
        }
        catch (Exception)
        {
            // The run has ended, and with it whatever was going on.
        }
        _left.Add(terms.Run);
        await Patience.Short.Call(() => grain.Leave(terms.Run, name, error).AsTask(), abandon);
    }

    private async Task Train(
        string sweep, SweepSource source, SweepTerms terms, string header, SweptExperiment experiment, Heartbeat beat,
        CancellationToken time)
    {
        var begun = JournalRecords.Read<SweepHeader>(header)!;
        RequireSame(begun, experiment.Header(begun.Seed, new() { Rungs = begun.Rungs, Factor = begun.Factor, Repeats = begun.Repeats }));
        string? folder = source.Checkpoints is null ? Path.Combine(options.Folder ?? Temporary.Value, $"{Guid.NewGuid():N}") : null;
        ITrainingFiles files = folder is null
            ? new SharedFiles(source.Checkpoints!)
            : new TravellingFiles(grains, sweep, folder, time);
        var trials = new WorkerSweep(
            grains, sweep, terms.Run, name, begun, experiment, source, files, options.CheckpointEvery, time);
        try
        {
            while (await trials.Next() is { } parameter)
                await Train(trials, experiment, parameter, beat, time);
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested)
        {
            // What was in progress goes on elsewhere, or another time.
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private async Task Train(
        WorkerSweep trials, SweptExperiment experiment, SearchSpace.Parameter parameter, Heartbeat beat, CancellationToken time)
    {
        var step = TrialPlan.Of(parameter).Step;
        using var trial = beat.Begin(step, time);
        using var runner = experiment.CreateRunner(trials, _threads);
        try
        {
            await runner.RunAsync(new TrialSettings { Parameter = parameter, StartedAtUtc = DateTime.UtcNow }, trial.Token);
        }
        catch (Exception e) when (e is TrialFailedException or OutOfMemoryException || trial.Token.IsCancellationRequested)
        {
            // It is in the journal, or another's.
        }
        catch (Exception e)
        {
            logger.LogWarning(e, "Configuration {Configuration} at rung {Rung} failed", step.Configuration, step.Rung);
            await trials.Fail($"{name} could not train configuration {step.Configuration} at rung {step.Rung}: {e.Message}");
        }
    }

    // Silos that differ would write one journal of two sweeps.
    private static void RequireSame(SweepHeader begun, SweepHeader own)
    {
        if (begun.Space != own.Space)
            Refuse("search space", begun.Space, own.Space);
        if (begun.Data != own.Data)
            Refuse("data", begun.Data, own.Data);
        if (begun.Metric != own.Metric)
            Refuse("metric", begun.Metric, own.Metric);
    }

    private static void Refuse(string what, string begun, string own)
        => throw new InvalidOperationException(
            $"its {what} is '{own}', but that of the sweep is '{begun}'. Give SweepExperiments.Set on every silo a function that makes the "
            + "experiment of who runs the sweep.");
}
