// Stands for the internal Microsoft.ML.AutoML.SweepablePipelineRunner: builds the pipeline of a trial, fits and scores it.
using System.Diagnostics;

namespace Microsoft.ML.AutoML;

internal sealed class SweepablePipelineRunner(
    MLContext context, SweepablePipeline pipeline, IEvaluateMetricManager metricManager, IDatasetManager datasetManager) : ITrialRunner
{
    public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
    {
        try
        {
            using var registration = ct.Register(() => ContextInternals.Cancel(context));
            return Task.FromResult(Run(settings));
        }
        catch (Exception ex) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(ex.Message, ex.InnerException);
        }
    }

    public void Dispose() => ContextInternals.Cancel(context);

    private TrialResult Run(TrialSettings settings)
    {
        var watch = Stopwatch.StartNew();
        var parameter = settings.Parameter[AutoMLExperiment.PipelineSearchSpaceName];
        // Where the original cross-validates, it builds the pipeline once more than it uses it.
        var estimator = pipeline.BuildFromOption(context, parameter);
        ITransformer model;
        double metric;
        switch (datasetManager)
        {
            case ICrossValidateDatasetManager folds:
                var splits = context.Data.CrossValidationSplit(folds.Dataset, folds.Fold, folds.SamplingKeyColumnName);
                var models =
                    splits.Select(s => (Model: (ITransformer)pipeline.BuildFromOption(context, parameter).Fit(s.TrainSet), s.TestSet))
                    .Select(m => (m.Model, Metric: metricManager.Evaluate(context, m.Model.Transform(m.TestSet)))).ToArray();
                (model, metric) = (models[0].Model, models.Average(m => m.Metric));
                break;
            case ITrainValidateDatasetManager split:
                model = estimator.Fit(split.LoadTrainDataset(context, settings));
                metric = metricManager.Evaluate(context, model.Transform(split.LoadValidateDataset(context, settings)));
                break;
            default:
                throw new ArgumentException("IDatasetManager must be either ITrainTestDatasetManager or ICrossValidationDatasetManager");
        }
        return new TrialResult
        {
            Metric = metric,
            Loss = metricManager.IsMaximize ? -metric : metric,
            Model = model,
            DurationInMilliseconds = watch.ElapsedMilliseconds,
            TrialSettings = settings,
        };
    }
}
