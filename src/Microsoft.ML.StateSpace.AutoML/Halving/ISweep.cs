namespace Microsoft.ML.StateSpace.AutoML.Halving;

/// <summary>
/// What a trial needs of its sweep, whether that is in this process or in a cluster. The methods are called from the thread of a trial, and
/// may wait.
/// </summary>
internal interface ISweep
{
    int Seed { get; }

    /// <summary>Whether a trial that is cut short counts, because no other one has a score.</summary>
    bool TakesUnfinished { get; }

    double Share(int rung);

    /// <summary>Which training from the start a rung is, from 0: each has a seed of its own.</summary>
    int Repeat(int rung);

    /// <summary>
    /// The mean metric of a configuration over all its trainings from the start: the one that has just ended and those on the rungs below.
    /// </summary>
    double MeanMetric(HalvingStep step, double metric);

    /// <summary>The loss of a trial that AutoML is told.</summary>
    double ComparableLoss(SweepTrial trial);

    /// <summary>The model of a trial that is not to be trained again; <see langword="null"/> where there is none.</summary>
    (ITransformer Model, SweepTrial Trial)? Replay(MLContext context, TrialPlan plan);

    /// <summary>The file that keeps the training of one step of the pipeline of a configuration, in one fold.</summary>
    string Checkpoint(HalvingStep trial, int fold, int step);

    /// <summary>
    /// Who follows the training of one step of the pipeline of a configuration, in one fold: the same at all rungs that continue it.
    /// </summary>
    IProgress<TrainingProgress>? Follower(HalvingStep trial, int fold, int step);

    /// <summary>Writes a finished trial down; where it is the best so far, <paramref name="save"/> has written its model before.</summary>
    void Finish(SweepTrial trial, Action<Stream> save);

    /// <summary>Writes a trial down that failed for a reason which lies in it.</summary>
    void Fail(SweepTrial trial, Exception why);

    /// <summary>A trial, whose runner has ended, uses nothing of the sweep any longer.</summary>
    void Leave();
}
