using System.Globalization;
using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Trains on behalf of an estimator. It takes the seed, the cancellation and the log from the estimator's ML.NET host.</summary>
internal static class TrainingRun
{
    private static readonly TimeSpan CancellationPoll = TimeSpan.FromMilliseconds(50);

    private static long _runs;

    /// <param name="host">The host of the estimator.</param>
    /// <param name="options">The model; where its architecture is <see langword="null"/>, it is chosen for the rows.</param>
    /// <param name="training">How to train.</param>
    /// <param name="read">Reads the rows to train on, and those to validate on where there are any. It looks at the token.</param>
    /// <param name="start">The linear system that a network is before the first step.</param>
    /// <exception cref="OperationCanceledException">It was cancelled before there was a model.</exception>
    public static TrainedModel Fit(
        IHost host, SequenceModelOptions options, TrainingOptions training,
        Func<CancellationToken, (SequenceSource Data, SequenceSource? Validation)> read, LinearSystem? start = null)
    {
        long number = Interlocked.Increment(ref _runs);
        var ends = training.Progress as IProgress<TrainingEnd>;
        TrainedModel model;
        try
        {
            model = Fit(number, host, options, training, read, start);
        }
        catch (Exception e)
        {
            TrainingMeter.Failed(options.Task, e);
            ends?.Report(new TrainingEnd { Run = number, Error = e });
            throw;
        }
        TrainingMeter.Ended(options.Task, model.Options.Architecture, model.Summary);
        ends?.Report(new TrainingEnd { Run = number, Summary = model.Summary });
        return model;
    }

    private static TrainedModel Fit(
        long number, IHost host, SequenceModelOptions options, TrainingOptions training,
        Func<CancellationToken, (SequenceSource Data, SequenceSource? Validation)> read, LinearSystem? start)
    {
        using var channel = host.Start("Training");
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(training.Cancellation);
        using var watch = new CancellationWatch(host, cancellation);
        var run = training with
        {
            Seed = training.Seed ?? NextSeed(host),
            Progress = new Relay(number, watch, training.Progress),
            Cancellation = cancellation.Token,
        };
        Action<string> log = line => channel.Info(MessageSensitivity.None, line);
        SequenceSource data;
        SequenceSource? validation;
        using (SlowStage.Begin("Reading the rows", log))
            (data, validation) = read(cancellation.Token);
        if (data is StreamedSet)
            log(Streaming(data, training.MemoryBudget));
        if (validation is StreamedSet)
            log(Streaming(validation, training.MemoryBudget));
        if (options.Architecture is null)
            options = options with { Architecture = DefaultArchitecture.Choose(options, training, data) };
        var model = ModelTraining.Fit(
            options, run, data, validation, log, line => channel.Warning(MessageSensitivity.None, line),
            run.CheckpointPath is null ? null : new CheckpointFiles(run.CheckpointPath), start);
        return model with { Summary = Detached(model.Summary) };
    }

    private static string Streaming(SequenceSource data, long budget)
        => string.Create(
            CultureInfo.InvariantCulture,
            $"{data.FeaturesName}: {data.Count} sequences take {data.Bytes} bytes in memory, more than TrainingOptions.MemoryBudget leaves "
            + $"of {budget}. So they are streamed: every epoch reads the rows anew.");

    // A model outlives its training, so it must not keep the caller's progress display and cancellation token alive.
    private static TrainingSummary Detached(TrainingSummary summary) => summary with
    {
        Options = summary.Options.Detached(),
        Members = summary.Members is null ? null : [.. summary.Members.Select(Detached)],
    };

    /// <summary>A seed that follows from that of the <see cref="MLContext"/>, where it has one.</summary>
    public static int NextSeed(IHost host)
    {
        lock (host)
            return host.Rand.Next();
    }

    /// <summary>Watches ML.NET's own cancellation. It raises no event, so it is polled from time to time and after every epoch.</summary>
    private sealed class CancellationWatch : IDisposable
    {
        private readonly IHost _host;
        private readonly CancellationTokenSource _cancellation;
        private readonly Timer _timer;

        public CancellationWatch(IHost host, CancellationTokenSource cancellation)
        {
            _host = host;
            _cancellation = cancellation;
            _timer = new Timer(_ => Look(), null, CancellationPoll, CancellationPoll);
        }

        public void Look()
        {
            if (Friend.IsCanceled(_host))
                _cancellation.Cancel();
        }

        // Waits for a call of Look that is in progress, because it must not meet a disposed source.
        public void Dispose()
        {
            using var done = new ManualResetEvent(false);
            if (_timer.Dispose(done))
                done.WaitOne();
        }
    }

    /// <summary>
    /// Passes each report on to the caller, with the number of the training. The trainer itself writes the line for <c>MLContext.Log</c>.
    /// </summary>
    private sealed class Relay(long run, CancellationWatch watch, IProgress<TrainingProgress>? next) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            next?.Report(value with { Run = run });
            watch.Look();
        }
    }
}
