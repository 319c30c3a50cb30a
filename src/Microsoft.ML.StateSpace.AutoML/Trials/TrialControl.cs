using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.AutoML.Trials;

/// <summary>The columns of a step that answers for every time step.</summary>
internal sealed record TargetColumns(string Target, string Output);

/// <summary>
/// What a trial runner has to say to the state-space steps of its pipeline, which it does not build itself: how far to train, where to keep checkpoints, when to stop.
/// It goes with the trial's <see cref="MLContext"/>, which the factories of the steps are given.
/// </summary>
/// <param name="seed">Seed of every training that has none of its own.</param>
/// <param name="share">Share of the epochs behind which training pauses.</param>
/// <param name="checkpoint">The file of a training: the argument counts the steps of the pipeline.</param>
/// <param name="cancellation">Stops training.</param>
internal sealed class TrialControl(int seed, double share, Func<int, string> checkpoint, CancellationToken cancellation)
{
    private static readonly ConditionalWeakTable<MLContext, TrialControl> Controls = [];

    private readonly List<SweepEpoch> _curve = [];
    private int _steps;

    /// <summary>The epochs that were trained, those of all steps.</summary>
    public IReadOnlyList<SweepEpoch> Curve => _curve;

    /// <summary>The columns of the last step that answers for every time step; <see langword="null"/> where there is none.</summary>
    public TargetColumns? Targets { get; private set; }

    public static TrialControl? Of(MLContext context) => Controls.TryGetValue(context, out var control) ? control : null;

    public void AttachTo(MLContext context) => Controls.AddOrUpdate(context, this);

    /// <summary>The options with which a step of this trial is trained.</summary>
    public TrainingOptions Prepare(TrainingOptions training, TargetColumns? targets)
    {
        Targets = targets ?? Targets;
        return training with
        {
            Seed = training.Seed ?? seed,
            PauseAt = share,
            CheckpointPath = checkpoint(_steps++),
            Cancellation = training.Cancellation.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(training.Cancellation, cancellation).Token : cancellation,
            Progress = new Recorder(_curve, training.Progress),
        };
    }

    private sealed class Recorder(List<SweepEpoch> curve, IProgress<TrainingProgress>? next) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            curve.Add(new() { Epoch = value.Epoch, TrainingLoss = value.TrainingLoss, ValidationLoss = value.ValidationLoss, ValidationMetric = value.ValidationMetric });
            next?.Report(value);
        }
    }
}
