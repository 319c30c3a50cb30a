using System.Diagnostics;
using Microsoft.ML.AutoML;
using Microsoft.ML.StateSpace.AutoML.Halving;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.AutoML.Trials;

/// <summary>
/// Runs a trial of a sweep: trains the pipeline up to the rung, from where the rung below left it, scores it on the experiment's validation
/// data, and writes it down.
/// </summary>
internal sealed class SequenceTrialRunner(
    MLContext context, TrialTraining training, IEvaluateMetricManager metric, ISweep sweep, double? memoryLimit, Func<double> memory)
    : ITrialRunner
{
    // The trial runs on a thread of its own, so that the experiment's RunAsync returns to its caller meanwhile. It is not one of the thread
    // pool's: trainings would hold all of those, and what answers calls in a silo would wait for them.
    public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
        => Task.Factory.StartNew(() => Run(settings, ct), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    // AutoML makes a runner for each trial, and disposes it when the trial has ended, however it has.
    public void Dispose() => sweep.Leave();

    private TrialResult Run(TrialSettings settings, CancellationToken ct)
    {
        var plan = TrialPlan.Of(settings.Parameter);
        if (sweep.Replay(context, plan) is { } known)
            return Result(settings, known.Model, known.Trial);
        var watch = Stopwatch.StartNew();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var memoryWatch = new MemoryWatch(memoryLimit, memory, cancellation.Cancel);
        var curve = new List<SweepEpoch>();
        SweepTrial Trial(double value, double loss, string? failure = null) => new()
        {
            Configuration = plan.Step.Configuration, Rung = plan.Step.Rung, Share = sweep.Share(plan.Step.Rung),
            Parameter = TrialPlan.Without(settings.Parameter),
            Metric = value, Loss = loss, Failure = failure, Seconds = watch.Elapsed.TotalSeconds, EndedAt = 0, Curve = curve,
        };
        try
        {
            var (model, schema, last) = training.Run(
                settings, plan.Step, curve, metric, () => Check(memoryWatch, curve, ct), cancellation.Token);
            double value = sweep.MeanMetric(plan.Step, last);
            var trial = Trial(value, metric.IsMaximize ? -value : value);
            // A trial that the end of the time has cut short has a score, but it is not finished: a later sweep trains it on.
            if (!ct.IsCancellationRequested && !plan.IsReplay)
                sweep.Finish(trial, stream => context.Model.Save(model, schema, stream));
            return Result(settings, model, trial);
        }
        catch (TrainingDivergedException e)
        {
            sweep.Fail(Trial(double.NaN, double.NaN, e.Message), e);
            throw new TrialFailedException(e.Message, e);
        }
        // Before its first epoch a training that is stopped has no model, and throws.
        catch (OperationCanceledException) when (memoryWatch.Exceeded is double used)
        {
            var why = OutOfMemory(used);
            sweep.Fail(Trial(double.NaN, double.NaN, why.Message), why);
            throw why;
        }
        catch (OutOfMemoryException e)
        {
            sweep.Fail(Trial(double.NaN, double.NaN, e.Message), e);
            throw;
        }
    }

    /// <summary>Called when a training has come to an end: throws where its model is not to be scored.</summary>
    private void Check(MemoryWatch memoryWatch, List<SweepEpoch> curve, CancellationToken ct)
    {
        memoryWatch.Look();
        if (memoryWatch.Exceeded is double used)
            throw OutOfMemory(used);
        // A trial that was cut short counts only where no other trial has a score.
        if (ct.IsCancellationRequested && !(sweep.TakesUnfinished && curve.Count > 0))
            throw new OperationCanceledException("The sweep has ended before this trial has.", ct);
    }

    private OutOfMemoryException OutOfMemory(double used) => new(
        FormattableString.Invariant($"The trial was stopped because the process took {used:F0} MB, ")
        + FormattableString.Invariant($"and SetMaximumMemoryUsageInMegaByte allows {memoryLimit:F0} MB."));

    private TrialResult Result(TrialSettings settings, ITransformer model, SweepTrial trial) => new()
    {
        TrialSettings = settings,
        Model = model,
        Metric = trial.Metric,
        Loss = sweep.ComparableLoss(trial),
        DurationInMilliseconds = trial.Seconds * 1000,
    };
}
