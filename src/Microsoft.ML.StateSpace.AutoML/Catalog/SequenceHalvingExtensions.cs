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
        experiment.SetQuietPerformanceMonitor();
        experiment.SetTuner(services => new HalvingTuner(new Sweep(chosen, new(services, chosen.Metric))));
        return experiment.SetTrialRunner(services => Runner(services, chosen));
    }

    /// <summary>Leaves the limit of memory to the runner of trials.</summary>
    internal static void SetQuietPerformanceMonitor(this AutoMLExperiment experiment)
        => experiment.SetPerformanceMonitor(
            services => new QuietPerformanceMonitor(
                SweptExperiment.Get<AutoMLExperiment.AutoMLExperimentSettings>(services), SweptExperiment.Get<IChannel>(services),
                MeasureEvery));

    private static SequenceTrialRunner Runner(IServiceProvider services, SequenceHalvingOptions options)
    {
        var tuner = SweptExperiment.Find<ITuner>(services) as HalvingTuner
            ?? throw new InvalidOperationException("SetSequenceHalving brings its own tuner: set no other one behind it.");
        return new SweptExperiment(services, options.Metric).CreateRunner(tuner.Sweep);
    }
}
