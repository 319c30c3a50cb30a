using Microsoft.ML.AutoML;
using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.AutoML.Halving;
using Microsoft.ML.StateSpace.AutoML.Trials;
using Microsoft.ML.StateSpace.Grains;

namespace Microsoft.ML;

/// <summary>Successive halving on several machines for an <see cref="AutoMLExperiment"/>.</summary>
public static class DistributedSweepExtensions
{
    private const string EmbeddedName = "sweep";

    /// <summary>
    /// Lets the silos of a cluster train the state-space steps of the experiment's pipeline by successive halving, as
    /// <c>SetSequenceHalving</c> does in one process; call it in its place. Each silo trains the experiment that it has under the name, so
    /// give every silo the same, see <see cref="SweepSiloExtensions.AddStateSpaceSweeps"/>. AutoML hears of each trial when it has ended,
    /// and of its parameter only then. Only trials that were the best when they ended come with a model. A sweep that has run under the
    /// name before goes on.
    /// </summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="name">The name of the sweep, without a slash.</param>
    /// <param name="grains">The cluster's client, or the grain factory of a silo.</param>
    /// <param name="options">How the sweep goes; <see langword="null"/> is the default.</param>
    /// <exception cref="ArgumentException">
    /// The name has a slash, or the options have a <see cref="SequenceHalvingOptions.Progress"/>, which cannot be sent to the silos.
    /// </exception>
    /// <example>
    /// <code>
    /// TrialResult best = Experiment(mlContext).SetDistributedSweep("wafers", grains, new() { Folder = "sweep" }).Run();
    /// </code>
    /// </example>
    public static AutoMLExperiment SetDistributedSweep(
        this AutoMLExperiment experiment, string name, IGrainFactory grains, SequenceHalvingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        SweepNames.Require(name);
        ArgumentNullException.ThrowIfNull(grains);
        var chosen = options ?? new();
        chosen.Validate();
        if (chosen.Progress is not null)
        {
            throw new ArgumentException(
                "SequenceHalvingOptions.Progress cannot be sent to the silos. Give it to SweepExperiments.Set where they are set up.",
                nameof(options));
        }
        return Set(experiment, chosen, (_, _) => new GivenCluster(grains), name);
    }

    /// <summary>
    /// Lets several workers in this process train the state-space steps of the experiment's pipeline by successive halving, on a silo that
    /// is started for the sweep and stopped behind it. With one worker it does what <c>SetSequenceHalving</c> does; more are worth their
    /// while where one training is too small for all processors.
    /// </summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="options">How the sweep goes; <see langword="null"/> is the default.</param>
    /// <param name="silo">How the silo trains; <see langword="null"/> is the default, one worker.</param>
    /// <example>
    /// <code>
    /// TrialResult best = Experiment(mlContext).SetDistributedSweep(new() { Folder = "sweep" }, new() { Workers = 4 }).Run();
    /// </code>
    /// </example>
    public static AutoMLExperiment SetDistributedSweep(
        this AutoMLExperiment experiment, SequenceHalvingOptions? options = null, SweepOptions? silo = null)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        var chosen = options ?? new();
        chosen.Validate();
        var training = silo ?? new();
        training.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(training.Workers, 1, nameof(silo));
        return Set(
            experiment, chosen,
            (swept, checkpoints) => new EmbeddedSilo(
                EmbeddedName, new SharedExperiment(swept) { Progress = chosen.Progress, Checkpoints = checkpoints }, training),
            EmbeddedName);
    }

    private static AutoMLExperiment Set(
        AutoMLExperiment experiment, SequenceHalvingOptions options, Func<SweptExperiment, CheckpointFolder, ICluster> cluster,
        string name)
    {
        SweepSession? session = null;
        int models = 0;
        experiment.SetQuietPerformanceMonitor();
        experiment.SetTuner(services =>
        {
            var swept = new SweptExperiment(services, options.Metric);
            var started = session = new(name, options, swept, checkpoints => cluster(swept, checkpoints));
            models = 0;
            // AutoML says nothing when it ends behind the last trial.
            void End()
            {
                if (++models >= swept.Settings.MaxModels)
                    Task.Run(started.End).Wait();
            }
            return new DefaultsTuner(swept.Settings, started.Enter, End);
        });
        return experiment.SetTrialRunner(services =>
        {
            SweptExperiment.Find<ITuner>(services);
            return new SessionRunner(
                SweptExperiment.Get<MLContext>(services),
                session ?? throw new InvalidOperationException(
                    "SetDistributedSweep brings its own tuner: set no other one behind it."));
        });
    }
}
