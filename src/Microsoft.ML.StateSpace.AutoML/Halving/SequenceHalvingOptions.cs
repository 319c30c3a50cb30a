using Microsoft.ML.AutoML;

namespace Microsoft.ML.StateSpace.AutoML;

/// <summary>How a sweep by successive halving goes; see <c>docs/automl.md</c>.</summary>
public sealed record SequenceHalvingOptions
{
    /// <summary>
    /// Number of rungs. At the end of each rung the best trials go on from their checkpoints, and the others wait. With 1, every trial is
    /// trained to its end. Default: 3.
    /// </summary>
    public int Rungs { get; init; } = 3;

    /// <summary>
    /// One trial in this many goes on to the next rung, which trains for this many times the epochs. With 3 rungs and a factor of 3 the
    /// rungs have a ninth of the epochs, a third, and all. Default: 3.
    /// </summary>
    public int Factor { get; init; } = 3;

    /// <summary>
    /// How many times the best trials are trained once more after they have reached the end. One in <see cref="Factor"/> is repeated, with
    /// another seed and, where the data come in folds, with other folds; then the mean counts. The best of many trials is partly the
    /// luckiest one, and repeating takes the luck out. 0 trusts the first training. Default: 1.
    /// </summary>
    public int Repeats { get; init; } = 1;

    /// <summary>
    /// The folder of the sweep: it holds the journal, the checkpoints of the trials and the best model. Where the folder holds a journal
    /// already, the sweep goes on from it, and no finished trial is trained again. Default: <see langword="null"/>, a temporary folder that
    /// is deleted when the process ends.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>Seed of the proposals, of splits into folds, and of every training that has none of its own. Default:
    /// <see langword="null"/>: that of the experiment, or of the journal, or any.</summary>
    public int? Seed { get; init; }

    /// <summary>What a trial is judged by. Default: <see langword="null"/>: the metric that was set on the experiment.</summary>
    public IEvaluateMetricManager? Metric { get; init; }

    /// <summary>
    /// Who follows a training of the sweep, beside the progress that its pipeline may have. It is asked once for each training, when that
    /// begins; the same object is told when the training goes on at a higher rung. <see langword="null"/> where nobody does. Default:
    /// <see langword="null"/>.
    /// </summary>
    /// <example>
    /// <code>
    /// Progress = training => new TensorBoardProgress("runs", training.Name)
    /// </code>
    /// </example>
    public Func<SweepTraining, IProgress<TrainingProgress>?>? Progress { get; init; }

    internal void Validate()
    {
        OptionCheck.InRange(Rungs, 1, 10);
        OptionCheck.InRange(Factor, 2, 100);
        OptionCheck.InRange(Repeats, 0, 10);
    }
}
