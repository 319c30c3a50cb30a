using Microsoft.ML.AutoML;
using Microsoft.ML.StateSpace.AutoML.Halving;

namespace Microsoft.ML.StateSpace.AutoML.Trials;

/// <summary>Trains and scores the pipeline of a trial, on a training and a validation set, or on folds.</summary>
internal sealed class TrialTraining(
    MLContext context, SweepablePipeline pipeline, IDatasetManager datasets, ISweep sweep, bool metricIsTheExperiments, int? threads = null)
{
    // AutoML's name for the pipeline's part of the space, and, in that part, its name for the way through the steps.
    public const string PipelineSpace = "_pipeline_";
    public const string SchemaOption = "_SCHEMA_";

    /// <summary>
    /// The model, that of the first fold where there are several as AutoML has it, what it was trained on, and the metric.
    /// </summary>
    /// <param name="settings">The trial.</param>
    /// <param name="step">How far to train.</param>
    /// <param name="curve">Receives the epochs, those of the first fold.</param>
    /// <param name="metric">What to score by.</param>
    /// <param name="check">Called behind each training.</param>
    /// <param name="cancellation">Stops training.</param>
    public (ITransformer Model, DataViewSchema Schema, double Metric) Run(
        TrialSettings settings, HalvingStep step, List<SweepEpoch> curve, IEvaluateMetricManager metric, Action check,
        CancellationToken cancellation)
    {
        int repeat = sweep.Repeat(step.Rung);
        var splits = Splits(settings, sweep.Seed + repeat);
        var results = new List<(ITransformer Model, double Metric)>();
        foreach (var (train, validation) in splits)
        {
            int fold = results.Count;
            using var control = new TrialControl(
                sweep.Seed, repeat, sweep.Share(step.Rung), i => sweep.Checkpoint(step, fold, i), cancellation,
                i => sweep.Follower(step, fold, i), threads);
            control.AttachTo(context);
            ITransformer model;
            try
            {
                model = pipeline.BuildFromOption(context, settings.Parameter[PipelineSpace]).Fit(train);
            }
            finally
            {
                if (fold == 0)
                    curve.AddRange(control.Curve);
            }
            check();
            var scored = model.Transform(validation);
            var shown = metricIsTheExperiments ? EvaluationView.Create(context, scored, control.Columns, metric.MetricName) : scored;
            results.Add((model, metric.Evaluate(context, shown)));
        }
        return (results[0].Model, splits[0].Train.Schema, results.Average(r => r.Metric));
    }

    private List<(IDataView Train, IDataView Validation)> Splits(TrialSettings settings, int seed) => datasets switch
    {
        ICrossValidateDatasetManager folds =>
            [
                .. context.Data.CrossValidationSplit(
                    folds.Dataset, folds.Fold, folds.SamplingKeyColumnName, seed).Select(s => (s.TrainSet, s.TestSet))],
        ITrainValidateDatasetManager split => [(split.LoadTrainDataset(context, settings), split.LoadValidateDataset(context, settings))],
        _ => throw new InvalidOperationException("A sweep needs data: call SetDataset on the experiment."),
    };
}
