// Mirrors Microsoft.ML.AutoML.AutoMLExperimentExtension (package and assembly Microsoft.ML.AutoML).
using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.AutoML;

public static class AutoMLExperimentExtension
{
    public static AutoMLExperiment SetDataset(
        this AutoMLExperiment experiment, IDataView train, IDataView validation, bool subSamplingTrainDataset = false)
    {
        if (subSamplingTrainDataset)
        {
            experiment.AddSearchSpace(nameof(TrainValidateDatasetManager), new()
            {
                { TrainValidateDatasetManager.SubSamplingKey, new UniformSingleOption(0, 1, false, 0.1f) },
            });
        }
        experiment.Services.AddSingleton<IDatasetManager>(new TrainValidateDatasetManager(train, validation));
        return experiment;
    }

    public static AutoMLExperiment SetDataset(this AutoMLExperiment experiment, DataOperationsCatalog.TrainTestData trainValidationSplit)
        => experiment.SetDataset(trainValidationSplit.TrainSet, trainValidationSplit.TestSet);

    public static AutoMLExperiment SetDataset(
        this AutoMLExperiment experiment, IDataView dataset, int fold = 10, string samplingKeyColumnName = null)
    {
        experiment.Services.AddSingleton<IDatasetManager>(new CrossValidateDatasetManager(dataset, fold, samplingKeyColumnName));
        return experiment;
    }

    public static AutoMLExperiment SetBinaryClassificationMetric(
        this AutoMLExperiment experiment, BinaryClassificationMetric metric,
        string labelColumn = "label", string predictedColumn = "PredictedLabel")
        => experiment.SetMetric(new BinaryMetricManager(metric, labelColumn, predictedColumn));

    public static AutoMLExperiment SetMulticlassClassificationMetric(
        this AutoMLExperiment experiment, MulticlassClassificationMetric metric,
        string labelColumn = "label", string predictedColumn = "PredictedLabel")
        => experiment.SetMetric(new MulticlassMetricManager(metric, labelColumn, predictedColumn));

    public static AutoMLExperiment SetRegressionMetric(
        this AutoMLExperiment experiment, RegressionMetric metric, string labelColumn = "Label", string scoreColumn = "Score")
        => experiment.SetMetric(new RegressionMetricManager(metric, labelColumn, scoreColumn));

    // The original's tuner here, EciCostFrugalTuner, also begins with the defaults.
    public static AutoMLExperiment SetPipeline(this AutoMLExperiment experiment, SweepablePipeline pipeline)
    {
        experiment.AddSearchSpace(AutoMLExperiment.PipelineSearchSpaceName, pipeline.SearchSpace);
        experiment.Services.AddSingleton(pipeline);
        experiment.SetTrialRunner<SweepablePipelineRunner>();
        experiment.SetMonitor<MLContextMonitor>();
        experiment.SetTuner(
            services => new RandomSearchTuner(services.Get<AutoMLExperiment.AutoMLExperimentSettings>(), beginsWithDefaults: true));
        return experiment;
    }

    public static AutoMLExperiment SetRandomSearchTuner(this AutoMLExperiment experiment, int? seed = null)
        => experiment.SetTuner(services =>
        {
            var settings = services.Get<AutoMLExperiment.AutoMLExperimentSettings>();
            return new RandomSearchTuner(settings, seed ?? settings.Seed, beginsWithDefaults: false);
        });

    public static AutoMLExperiment SetPerformanceMonitor(this AutoMLExperiment experiment, int checkIntervalInMilliseconds = 1000)
        => experiment.SetPerformanceMonitor(services
            => new DefaultPerformanceMonitor(
                services.Get<AutoMLExperiment.AutoMLExperimentSettings>(), services.Get<IChannel>(), checkIntervalInMilliseconds));

    public static AutoMLExperiment SetPerformanceMonitor<TPerformanceMonitor>(
        this AutoMLExperiment experiment, Func<IServiceProvider, TPerformanceMonitor> factory)
        where TPerformanceMonitor : class, IPerformanceMonitor
    {
        experiment.Services.AddTransient<IPerformanceMonitor>(factory);
        return experiment;
    }

    public static AutoMLExperiment SetPerformanceMonitor<TPerformanceMonitor>(this AutoMLExperiment experiment)
        where TPerformanceMonitor : class, IPerformanceMonitor
    {
        experiment.Services.AddTransient<IPerformanceMonitor>(services => services.Create<TPerformanceMonitor>());
        return experiment;
    }

    private static AutoMLExperiment SetMetric(this AutoMLExperiment experiment, IEvaluateMetricManager manager)
    {
        experiment.Services.AddSingleton<IMetricManager>(manager);
        experiment.Services.AddSingleton(manager);
        return experiment;
    }
}
