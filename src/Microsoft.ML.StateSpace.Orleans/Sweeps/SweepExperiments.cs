using System.Collections.Concurrent;
using Microsoft.ML.AutoML;
using Microsoft.ML.StateSpace.AutoML;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>
/// The sweeps that a silo trains for, by their names. Each silo makes the experiment of a sweep by itself, and reads its data from where
/// they are: no rows are sent. So every silo must make the same experiment of the same data.
/// </summary>
public sealed class SweepExperiments
{
    private readonly ConcurrentDictionary<string, SweepSource> _sources = new();

    /// <summary>Sets the experiment of a sweep.</summary>
    /// <param name="name">The name, without a slash.</param>
    /// <param name="experiment">
    /// Makes the experiment, with its pipeline, its data and its metric, as one would make it for <c>SetSequenceHalving</c>. Its limits of
    /// time and memory are those of the silo. It is called once for each worker and run, with a context that has the seed of the context of
    /// who runs the sweep. It must draw nothing at random but by that seed.
    /// </param>
    /// <param name="metric">What a trial is judged by; <see langword="null"/> is the metric that was set on the experiment.</param>
    /// <param name="progress">
    /// Who follows a training on this silo; <see langword="null"/> where nobody does. A training that goes on elsewhere is followed there.
    /// </param>
    /// <exception cref="ArgumentException">The name has a slash.</exception>
    public void Set(
        string name, Func<MLContext, AutoMLExperiment> experiment, IEvaluateMetricManager? metric = null,
        Func<SweepTraining, IProgress<TrainingProgress>?>? progress = null)
    {
        SweepNames.Require(name);
        ArgumentNullException.ThrowIfNull(experiment);
        _sources[name] = new RegisteredExperiment(experiment, metric) { Progress = progress };
    }

    internal IReadOnlyCollection<KeyValuePair<string, SweepSource>> All => [.. _sources];

    internal void Set(string name, SweepSource source) => _sources[name] = source;
}
