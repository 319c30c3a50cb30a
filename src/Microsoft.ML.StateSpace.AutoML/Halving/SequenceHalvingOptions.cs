using Microsoft.ML.AutoML;

namespace Microsoft.ML.StateSpace.AutoML;

/// <summary>How a sweep by successive halving goes; see <c>docs/automl.md</c>.</summary>
public sealed record SequenceHalvingOptions
{
    /// <summary>
    /// Rungs of the ladder: at each the best trials go on, from their checkpoints, and the others wait. 1 trains every trial to its end.
    /// Default: 3.
    /// </summary>
    public int Rungs { get; init; } = 3;

    /// <summary>
    /// One in how many goes on to the next rung, which trains for as many times the epochs: with 3 rungs, a ninth of the epochs, a third,
    /// all. Default: 3.
    /// </summary>
    public int Factor { get; init; } = 3;

    /// <summary>
    /// How many times the best of those that were trained to their end, one in <see cref="Factor"/>, are trained once more, with another
    /// seed and, where the data come in folds, other folds; what counts then is the mean. Of many trials the best is partly the luckiest; 0
    /// takes its word for it. Default: 1.
    /// </summary>
    public int Repeats { get; init; } = 1;

    /// <summary>
    /// Where the sweep is kept: its journal, the checkpoints of its trials, and its best model. Where the folder holds a journal, the sweep
    /// goes on from it, and nothing that was finished is trained again. Default: <see langword="null"/>, a temporary folder, which goes
    /// when the process ends.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>Seed of the proposals, of splits into folds, and of every training that has none of its own. Default:
    /// <see langword="null"/>: that of the experiment, or of the journal, or any.</summary>
    public int? Seed { get; init; }

    /// <summary>What a trial is judged by. Default: <see langword="null"/>: the metric that was set on the experiment.</summary>
    public IEvaluateMetricManager? Metric { get; init; }

    internal void Validate()
    {
        OptionCheck.InRange(Rungs, 1, 10);
        OptionCheck.InRange(Factor, 2, 100);
        OptionCheck.InRange(Repeats, 0, 10);
    }
}
