using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.AutoML;
using Microsoft.ML.StateSpace.AutoML.Halving;

namespace Microsoft.ML.StateSpace.AutoML.Trials;

/// <summary>What a sweep takes from the experiment that it belongs to.</summary>
/// <param name="services">The services of the experiment, which it has once it runs.</param>
/// <param name="metric">What judges a trial; <see langword="null"/> is the metric of the experiment.</param>
internal sealed class SweptExperiment(IServiceProvider services, IEvaluateMetricManager? metric)
{
    private static readonly double[] Probes = [0, 0.3, 0.5, 0.7, 1];

    public AutoMLExperiment.AutoMLExperimentSettings Settings { get; } = Get<AutoMLExperiment.AutoMLExperimentSettings>(services);

    public IEvaluateMetricManager Metric { get; } = metric ?? Find<IEvaluateMetricManager>(services)
        ?? throw new InvalidOperationException(
            "A sweep needs a metric: call SetMulticlassClassificationMetric or its like on the experiment, or set "
            + "SequenceHalvingOptions.Metric.");

    public SweepablePipeline Pipeline { get; } = Find<SweepablePipeline>(services)
        ?? throw new InvalidOperationException(
            "A sweep needs a pipeline: call SetPipeline on the experiment, before SetSequenceHalving or SetDistributedSweep.");

    public IDatasetManager Datasets { get; } = Find<IDatasetManager>(services)
        ?? throw new InvalidOperationException("A sweep needs data: call SetDataset on the experiment.");

    /// <summary>The seed of a sweep: that of the options, or of the experiment, or of a journal, or any.</summary>
    public int Seed(SequenceHalvingOptions options, SweepHeader? journal)
        => options.Seed ?? Settings.Seed ?? journal?.Seed ?? Random.Shared.Next();

    /// <summary>The header of the sweep's journal. It reads through the data, to count their rows.</summary>
    public SweepHeader Header(int seed, SequenceHalvingOptions options) => new()
    {
        Seed = seed, Space = Hash(Settings.SearchSpace), Data = DataShape.Of(Datasets, CreateContext()),
        Metric = Metric.MetricName, Rungs = options.Rungs, Factor = options.Factor, Repeats = options.Repeats,
    };

    public Proposals Proposals(int seed)
        => new(Settings.SearchSpace, seed, new PipelineCost(Pipeline).Of, SweepParameters.IdentityOf);

    /// <summary>A context for one trial.</summary>
    public MLContext CreateContext() => Get<MLContext>(services);

    /// <summary>A runner for one trial.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="threads">Threads of a training that names none; <see langword="null"/> is all processors.</param>
    public SequenceTrialRunner CreateRunner(ISweep sweep, int? threads = null)
    {
        var context = CreateContext();
        var training = new TrialTraining(
            context, Pipeline, Datasets, sweep, metricIsTheExperiments: metric is null, threads);
        return new(
            context, training, Metric, sweep, Settings.MaximumMemoryUsageInMegaByte, () => Environment.WorkingSet / MemoryWatch.Megabyte);
    }

    public static T? Find<T>(IServiceProvider services)
        where T : class => (T?)services.GetService(typeof(T));

    public static T Get<T>(IServiceProvider services)
        where T : class => Find<T>(services)!;

    private static string Hash(SearchSpace.SearchSpace space)
    {
        var text = new StringBuilder();
        foreach (double probe in Probes)
            text.Append(space.SampleFromFeatureSpace([.. Enumerable.Repeat(probe, space.FeatureSpaceDim)]));
        text.Append(space.SampleFromFeatureSpace(space.Default));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16];
    }
}
