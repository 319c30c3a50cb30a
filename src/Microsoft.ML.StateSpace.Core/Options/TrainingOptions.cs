using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// How a model is trained: AdamW with its own rate for the state-space parameters, linear warm-up then cosine, clipping by the global norm,
/// early stopping on the validation loss; or a <see cref="Method"/> of descent. Values left <see langword="null"/> are chosen from the data
/// by the rules in <c>docs/defaults.md</c>; the fitted model reports them.
/// </summary>
public sealed record TrainingOptions
{
    private const int MostThreads = 4096;

    /// <summary>
    /// The method that trains a network; <see cref="LbfgsOptions"/>, for instance. Such a method sees all training sequences in each of its
    /// iterations, so <see cref="BatchSize"/>, <see cref="LearningRate"/>, another <see cref="Engine"/>, sequences beyond
    /// <see cref="MemoryBudget"/> and a positive dropout of the network are refused with it; <see cref="WarmupFraction"/>,
    /// <see cref="GradientClip"/>, <see cref="WeightDecay"/> and <see cref="StateSpaceRateFactor"/> do nothing. The methods are compared in
    /// <c>docs/training.md</c>. Default: <see langword="null"/>, AdamW.
    /// </summary>
    public TrainingMethod? Method { get; init; }

    /// <summary>
    /// Largest number of passes over the training sequences, or of iterations of the <see cref="Method"/>. Default: <see langword="null"/>,
    /// chosen from the data, or from the method.
    /// </summary>
    public int? Epochs { get; init; }

    /// <summary>Sequences an optimiser step. Default: <see langword="null"/>, chosen from the data.</summary>
    public int? BatchSize { get; init; }

    /// <summary>
    /// Length of a window in time steps, at least 2, for sequence to sequence. A longer training sequence is cut into windows of exactly
    /// this length. Each window begins a quarter of a window (at least one step) behind the one before, and the last ends with the
    /// sequence. Every window starts from a zero state and counts as a sequence wherever training counts sequences. Sequences that are held
    /// out or given for validation are never cut. Classifiers refuse this option, because a class belongs to the whole sequence. Default:
    /// <see langword="null"/>, whole sequences.
    /// </summary>
    public int? Window { get; init; }

    /// <summary>
    /// Values that the parameters of a network have when its training begins, in the place of random ones; <c>SavedParameters</c> of
    /// <c>Microsoft.ML.StateSpace.ModelFiles</c> takes them from a file or from a model. With them <see cref="Epochs"/> may be 0, which
    /// trains nothing and makes a model of the values as they are. Banks and ensembles refuse them. Default: <see langword="null"/>, drawn
    /// at random.
    /// </summary>
    [JsonIgnore]
    public InitialParameters? InitialParameters { get; init; }

    /// <summary>Peak learning rate. Default: <see langword="null"/>, chosen from the data.</summary>
    public double? LearningRate { get; init; }

    /// <summary>
    /// Factor on the learning rate for the parameters of the recurrences (poles, step sizes, input matrices), which are never decayed.
    /// Default: 0.5.
    /// </summary>
    public double StateSpaceRateFactor { get; init; } = 0.5;

    /// <summary>Decoupled weight decay of the weight matrices; biases, norms and recurrences are not decayed. Default: 0.05.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Share of all steps, in [0, 1), over which the rate rises linearly from zero. Default: 0.1.</summary>
    public double WarmupFraction { get; init; } = 0.1;

    /// <summary>Largest Euclidean norm of the whole gradient; a larger one is scaled down. Default: 1.</summary>
    public double GradientClip { get; init; } = 1;

    /// <summary>
    /// Share, in [0, 1), of a classifier's target that is spread evenly over all classes. Above 0 the model generalises better from few
    /// sequences, and its probabilities are less extreme (Szegedy et al. 2016). Default: <see langword="null"/>, chosen from the data.
    /// </summary>
    public double? LabelSmoothing { get; init; }

    /// <summary>
    /// Weight of each class in the loss, in the order of the label's key values; <see langword="null"/> weighs all alike. Default:
    /// <see langword="null"/>.
    /// </summary>
    public IReadOnlyList<double>? ClassWeights { get; init; }

    /// <summary>How the error of a predicted value counts. Classifiers do not use it. Default: squared.</summary>
    public ValueLossKind Loss { get; init; }

    /// <summary>
    /// Where the Huber loss turns from squared to absolute: a positive number of standard deviations of the target. Default: 1.
    /// </summary>
    public double HuberThreshold { get; init; } = 1;

    /// <summary>
    /// The quantile, in (0, 1), that a model learns with <see cref="ValueLossKind.Quantile"/>. Default: 0.5, the median.
    /// </summary>
    public double Quantile { get; init; } = 0.5;

    /// <summary>
    /// Weight of each output of a predicted vector in the loss; <see langword="null"/> weighs all alike. Default: <see langword="null"/>.
    /// </summary>
    public IReadOnlyList<double>? OutputWeights { get; init; }

    /// <summary>
    /// Number of time steps at the start of every sequence (of every window, with <see cref="Window"/>) that do not count in training and
    /// validation, because the answers there still depend on the unknown initial state. For tasks with an answer for each time step.
    /// Default: 0.
    /// </summary>
    public int Washout { get; init; }

    /// <summary>Share of the training sequences, in [0, 1), held out to choose the best epoch when no validation set is given;
    /// classes are held out in proportion. 0 trains on everything for all epochs. Default: <see langword="null"/>, chosen from the
    /// data.</summary>
    public double? ValidationFraction { get; init; }

    /// <summary>
    /// Epochs without a better validation loss after which training stops. Default: <see langword="null"/>, chosen from the data.
    /// </summary>
    public int? Patience { get; init; }

    /// <summary>Seed of everything random. Default: <see langword="null"/>, taken from the <c>MLContext</c>.</summary>
    public int? Seed { get; init; }

    /// <summary>
    /// Where the state of training is kept behind every epoch (with a <see cref="Method"/> about once a second), so that a training that
    /// was interrupted goes on, and ends with the bits that it would have had without the interruption. The name of the file is this one
    /// with a fingerprint of the options and the data before its extension, <c>training.0123456789abcdef.checkpoint</c>. So trainings with
    /// other data or other options, such as the folds of a cross-validation, have files of their own and share one path; where <see
    /// cref="Seed"/> is set nowhere, it is another training each time. Only one process at a time may train from a file. The files may be
    /// deleted once training has ended. Default: <see langword="null"/>, none is kept.
    /// </summary>
    [JsonIgnore]
    public string? CheckpointPath { get; init; }

    /// <summary>What computes the training steps. Default: <see langword="null"/>, the managed engine.</summary>
    [JsonIgnore]
    public TrainingEngine? Engine { get; init; }

    /// <summary>
    /// Threads used by the managed engine; the result does not depend on it. Default: <see langword="null"/>, one a processor.
    /// </summary>
    [JsonIgnore]
    public int? Threads { get; init; }

    /// <summary>
    /// Bytes that the sequences of training and validation may take in memory, at 4 a value and 128 a sequence. Where they take more, a
    /// network is trained from the rows themselves: every epoch reads them anew and shuffles them in a pool of this size. Then readings
    /// must give the same rows in the same order, and rows that stand far apart do not meet in a batch, so rows that are sorted, by class
    /// for instance, should be shuffled once beforehand. The result depends on the seed and, where sequences are streamed, on this size.
    /// The model, a batch, and the longest row come on top. At least 1. Default: 2 GiB.
    /// </summary>
    [JsonIgnore]
    public long MemoryBudget { get; init; } = 2L << 30;

    /// <summary>
    /// Receives a report after every epoch and, where it is an <see cref="IProgress{T}"/> of <see cref="TrainingEnd"/> as well, one at the
    /// end. What it throws ends the training. Default: <see langword="null"/>.
    /// </summary>
    [JsonIgnore]
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Ends training early; the best model so far is returned. Before there is a model, while rows are read or initial values are
    /// computed, it ends with an <see cref="OperationCanceledException"/>. Default: none.</summary>
    [JsonIgnore]
    public CancellationToken Cancellation { get; init; }

    /// <summary>
    /// Share of the epochs, in (0, 1], after which training pauses, as if it had been cancelled there. With a checkpoint it goes on from
    /// there another time. Before a pause hands out its model it trains for a fifth as many epochs more, in which the learning rate falls
    /// to zero, so that the model can be scored fairly; the checkpoint does not contain these epochs. Sweeps use it.
    /// </summary>
    internal double PauseAt { get; init; } = 1;

    /// <summary>
    /// Seed by which sequences are held out, where that is not <see cref="Seed"/>: the members of an ensemble hold out the same ones.
    /// </summary>
    internal int? HoldoutSeed { get; init; }

    /// <summary>
    /// The three quantiles, ascending, of answers that are intervals around a median; <see langword="null"/> where answers are values. A
    /// forecaster sets it for its network.
    /// </summary>
    internal IReadOnlyList<double>? IntervalLevels { get; init; }

    /// <summary>
    /// Whether something is set that means nothing but to a network: what is about epochs, optimiser steps, losses, checkpoints or engines.
    /// </summary>
    internal bool AsksForNetwork
        => Epochs is not null || BatchSize is not null || Window is not null || LearningRate is not null || LabelSmoothing is not null
            || Loss != ValueLossKind.Squared || OutputWeights is not null || ValidationFraction is not null || Patience is not null
            || CheckpointPath is not null || Engine is not null || Method is not null || InitialParameters is not null;

    /// <summary>Whether AdamW trains, alone or before another method.</summary>
    internal bool HasAdamW => Method is null or PolishOptions { First: null };

    /// <summary>
    /// The same without what belongs to the caller alone, so that who keeps the options of a training keeps nothing else alive.
    /// </summary>
    internal TrainingOptions Detached()
        => this with { Progress = null, Cancellation = default, CheckpointPath = null, InitialParameters = null };

    /// <summary>Throws where single time steps would count, for a task whose target belongs to the whole sequence.</summary>
    internal void RequireWholeSequences()
    {
        if (Window is not null)
        {
            throw new ArgumentOutOfRangeException(
                nameof(Window), Window,
                "Window must be null where a target belongs to the whole sequence. Leave TrainingOptions.Window null; "
                + "where every part of a sequence has its target, make each part a row.");
        }
        if (Washout > 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(Washout), Washout,
                "Washout must be 0 where a target belongs to the whole sequence. Leave TrainingOptions.Washout 0; "
                + "where the start of every sequence should not count, drop those time steps from the rows.");
        }
    }

    internal void Validate()
    {
        Method?.Validate();
        OptionCheck.AtLeast(Epochs, InitialParameters is null || Method is not null ? 1 : 0);
        OptionCheck.AtLeast(BatchSize, 1);
        OptionCheck.AtLeast(Window, 2);
        OptionCheck.Positive(LearningRate);
        OptionCheck.Positive(StateSpaceRateFactor);
        OptionCheck.InRange(WeightDecay, 0, double.MaxValue);
        OptionCheck.InRange(WarmupFraction, 0, 1, upperIncluded: false);
        OptionCheck.Positive(GradientClip);
        OptionCheck.InRange(LabelSmoothing, 0, 1, upperIncluded: false);
        OptionCheck.Positive(HuberThreshold);
        OptionCheck.InRange(Quantile, 0, 1, upperIncluded: false);
        OptionCheck.Positive(Quantile);
        OptionCheck.AtLeast(Washout, 0);
        OptionCheck.InRange(ValidationFraction, 0, 1, upperIncluded: false);
        OptionCheck.AtLeast(Patience, 1);
        OptionCheck.Size(Threads, MostThreads);
        OptionCheck.Bytes(MemoryBudget);
        foreach (double weight in ClassWeights ?? [])
            OptionCheck.InRange(weight, 0, double.MaxValue, option: nameof(ClassWeights));
        if (ClassWeights is { } classes && !classes.Any(weight => weight > 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(ClassWeights),
                "ClassWeights must hold at least one positive weight, or nothing is trained. Leave TrainingOptions.ClassWeights null to "
                + "weigh all classes alike.");
        }
        foreach (double weight in OutputWeights ?? [])
            OptionCheck.InRange(weight, 0, double.MaxValue, option: nameof(OutputWeights));
        if (OutputWeights is { } outputs && !outputs.Any(weight => weight > 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(OutputWeights),
                "OutputWeights must hold at least one positive weight, or nothing is trained. Leave TrainingOptions.OutputWeights null to "
                + "weigh all outputs alike.");
        }
    }
}
