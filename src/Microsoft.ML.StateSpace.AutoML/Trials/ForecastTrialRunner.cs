using System.Diagnostics;
using Microsoft.ML.AutoML;

namespace Microsoft.ML.StateSpace.AutoML.Trials;

/// <summary>Runs a trial of a sweep over forecasters: fits the pipeline to the training rows and judges it by those held out.</summary>
internal sealed class ForecastTrialRunner(
    MLContext context, SweepablePipeline pipeline, ITrainValidateDatasetManager data, ForecastMetricManager metric) : ITrialRunner
{
    // The trial runs on a thread of its own, so that the experiment's RunAsync returns to its caller meanwhile.
    public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
        => Task.Factory.StartNew(() => Run(settings, ct), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose()
    {
    }

    private TrialResult Run(TrialSettings settings, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        var model = pipeline.BuildFromOption(context, settings.Parameter[TrialTraining.PipelineSpace])
            .Fit(data.LoadTrainDataset(context, settings));
        ct.ThrowIfCancellationRequested();
        double value = metric.Evaluate(context, model.Transform(data.LoadValidateDataset(context, settings)));
        return new TrialResult
        {
            TrialSettings = settings, Model = model, Metric = value, Loss = value,
            DurationInMilliseconds = watch.Elapsed.TotalMilliseconds,
        };
    }
}
