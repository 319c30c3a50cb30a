using Microsoft.ML.AutoML;
using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.AutoML.Halving;
using Microsoft.ML.StateSpace.AutoML.Trials;

namespace Microsoft.ML;

/// <summary>Successive halving for an <see cref="AutoMLExperiment"/>.</summary>
public static class SequenceHalvingExtensions
{
    private const int MeasureEvery = 2000; // milliseconds, as AutoML itself

    /// <summary>
    /// Lets the experiment train the state-space steps of its pipeline by successive halving: every trial for a few epochs, the best on
    /// from their checkpoints. It brings a tuner, a trial runner and a performance monitor, so call it behind <c>SetPipeline</c>. A model
    /// in the sense of <c>SetMaxModelToExplore</c> is a configuration at a rung.
    /// </summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="options">How the sweep goes; <see langword="null"/> is the default.</param>
    /// <example>
    /// <code>
    /// TrialResult best = mlContext.Auto().CreateExperiment()
    ///     .SetPipeline(pipeline)
    ///     .SetDataset(mlContext.Data.TrainTestSplit(trainData, testFraction: 0.25))
    ///     .SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss, labelColumn: "Label")
    ///     .SetTrainingTimeInSeconds(600)
    ///     .SetSequenceHalving(new() { Folder = "sweep" })
    ///     .Run();
    /// </code>
    /// </example>
    public static AutoMLExperiment SetSequenceHalving(this AutoMLExperiment experiment, SequenceHalvingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        var chosen = options ?? new();
        chosen.Validate();
        experiment.SetPerformanceMonitor(
            services => new QuietPerformanceMonitor(
                Get<AutoMLExperiment.AutoMLExperimentSettings>(services), Get<IChannel>(services), MeasureEvery));
        experiment.SetTuner(services => Tuner(services, chosen));
        return experiment.SetTrialRunner(services => Runner(services, chosen));
    }

    private static HalvingTuner Tuner(IServiceProvider services, SequenceHalvingOptions options)
    {
        var settings = Get<AutoMLExperiment.AutoMLExperimentSettings>(services);
        string data = DataShape.Of(Find<IDatasetManager>(services), Get<MLContext>(services));
        string metric = Metric(services, options).MetricName;
        return new(new Sweep(options, settings.SearchSpace, new PipelineCost(Pipeline(services)).Of, settings.Seed, metric, data));
    }

    private static SequenceTrialRunner Runner(IServiceProvider services, SequenceHalvingOptions options)
    {
        var tuner = Find<ITuner>(services) as HalvingTuner
            ?? throw new InvalidOperationException("SetSequenceHalving brings its own tuner: set no other one behind it.");
        var context = Get<MLContext>(services);
        var training = new TrialTraining(
            context, Pipeline(services), Get<IDatasetManager>(services), tuner.Sweep, metricIsTheExperiments: options.Metric is null);
        return new(
            context, training, Metric(services, options), tuner.Sweep,
            Get<AutoMLExperiment.AutoMLExperimentSettings>(services).MaximumMemoryUsageInMegaByte,
            () => Environment.WorkingSet / MemoryWatch.Megabyte);
    }

    private static SweepablePipeline Pipeline(IServiceProvider services)
        => Find<SweepablePipeline>(services)
            ?? throw new InvalidOperationException(
                "A sweep needs a pipeline: call SetPipeline on the experiment, before SetSequenceHalving.");

    private static IEvaluateMetricManager Metric(IServiceProvider services, SequenceHalvingOptions options)
        => options.Metric ?? Find<IEvaluateMetricManager>(services)
            ?? throw new InvalidOperationException(
                "A sweep needs a metric: call SetMulticlassClassificationMetric or its like on the experiment, or set "
                + "SequenceHalvingOptions.Metric.");

    private static T? Find<T>(IServiceProvider services)
        where T : class => (T?)services.GetService(typeof(T));

    private static T Get<T>(IServiceProvider services)
        where T : class => Find<T>(services)!;
}
