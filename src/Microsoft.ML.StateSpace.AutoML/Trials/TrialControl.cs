using Microsoft.ML.StateSpace.AutoML.Spaces;

namespace Microsoft.ML.StateSpace.AutoML.Trials;

/// <summary>
/// What a trial runner tells the state-space steps of its pipeline: how far to train, where to keep checkpoints, and when to stop.
/// </summary>
/// <param name="seed">Seed of every training that has none of its own.</param>
/// <param name="repeat">Added to the seed.</param>
/// <param name="share">Share of the epochs behind which training pauses.</param>
/// <param name="checkpoint">The file of a training: the argument counts the steps of the pipeline.</param>
/// <param name="cancellation">Stops training.</param>
/// <param name="follower">Who follows a training beside its own progress: the argument counts the steps of the pipeline.</param>
/// <param name="threads">Threads of a training that names none; <see langword="null"/> where each may have all processors.</param>
internal sealed class TrialControl(
    int seed, int repeat, double share, Func<int, string> checkpoint, CancellationToken cancellation,
    Func<int, IProgress<TrainingProgress>?>? follower = null, int? threads = null) : IStepVisitor, IDisposable
{
    private readonly List<CancellationTokenSource> _linked = [];
    private readonly List<SweepEpoch> _curve = [];
    private int _steps;

    /// <summary>The epochs that were trained, those of all steps.</summary>
    public IReadOnlyList<SweepEpoch> Curve => _curve;

    /// <summary>The columns of the last state-space step; <see langword="null"/> where there is none.</summary>
    public AnswerColumns? Columns { get; private set; }

    public TrainingOptions Visit(SequenceTask task, SequenceSettings settings, AnswerColumns columns)
    {
        Columns = columns;
        var training = settings.Training;
        int step = _steps++;
        return training with
        {
            Seed = (training.Seed ?? seed) + repeat,
            PauseAt = share,
            Threads = training.Threads ?? threads,
            CheckpointPath = checkpoint(step),
            Cancellation = training.Cancellation.CanBeCanceled ? Linked(training.Cancellation) : cancellation,
            Progress = new Recorder(_curve, [training.Progress, follower?.Invoke(step)]),
        };
    }

    /// <summary>Lets go of the tokens of the steps, whose training has ended.</summary>
    public void Dispose()
    {
        foreach (var source in _linked)
            source.Dispose();
        _linked.Clear();
    }

    // A token that ends with the step's own and with the trial. Its source hangs on both until it is disposed.
    private CancellationToken Linked(CancellationToken own)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(own, cancellation);
        _linked.Add(source);
        return source.Token;
    }

    private sealed class Recorder(List<SweepEpoch> curve, IProgress<TrainingProgress>?[] next)
        : IProgress<TrainingProgress>, IProgress<TrainingEnd>
    {
        public void Report(TrainingProgress value)
        {
            curve.Add(
                new()
                {
                    Epoch = value.Epoch, TrainingLoss = value.TrainingLoss, ValidationLoss = value.ValidationLoss,
                    ValidationMetric = value.ValidationMetric,
                });
            foreach (var progress in next)
                progress?.Report(value);
        }

        public void Report(TrainingEnd value)
        {
            foreach (var progress in next.OfType<IProgress<TrainingEnd>>())
                progress.Report(value);
        }
    }
}
