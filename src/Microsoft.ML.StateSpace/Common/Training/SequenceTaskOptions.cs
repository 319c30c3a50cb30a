using System.Text.Json.Serialization;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace;

/// <summary>The options that every task has: what a time step is, the network, and how it is trained.</summary>
public abstract record SequenceTaskOptions
{
    private protected SequenceTaskOptions()
    {
    }

    /// <summary>
    /// Number of values in a time step. Default: <see langword="null"/>, which means the last of the column's dimensions if it has several,
    /// otherwise 1.
    /// </summary>
    public int? Channels { get; init; }

    /// <summary>
    /// The column with the time since the previous step, for each time step. Needed only if time steps are not equally far apart. It is a
    /// vector of Single as long as the sequence, in units of the usual interval, so that 1 is typical. The first step takes 1. It
    /// multiplies the step sizes of a core, so a network needs one that has them: <see cref="S5Options"/>, <see cref="S4DOptions"/> (which
    /// takes several times as long with it as without), <see cref="S6Options"/>, <see cref="SsdOptions"/> or <see cref="LivOptions"/>. The
    /// filters of a bank (<see cref="StateSpaceBankOptions"/>) take it too. Default: <see langword="null"/>, which means that time steps
    /// are equally far apart.
    /// </summary>
    public string? IntervalColumnName { get; init; }

    /// <summary>
    /// What a model does with missing values (NaN) of the sequences, where the training rows have such. It is the same in training, in
    /// scoring and in streams, where NaN then means "not measured". A model whose training rows have none answers NaN to NaN. Missing
    /// targets of time steps count nowhere, unless this is <see cref="MissingValues.Error"/>. Default: <see langword="null"/>, which means
    /// <see cref="MissingValues.ForwardFill"/>, and <see cref="MissingValues.Mean"/> in certified models.
    /// </summary>
    public MissingValues? MissingValues { get; init; }

    /// <summary>
    /// What the model derives from its channels and reads beside them, such as their differences. It is the same in training, in scoring
    /// and in streams. Default: <see langword="null"/>, which means the differences for a class a sequence, and for a value a sequence
    /// where the model is a bank, unless time steps are keys or the model is certified; and nothing for other tasks.
    /// </summary>
    public DerivedInputs? DerivedInputs { get; init; }

    /// <summary>
    /// The model: a bank (<see cref="StateSpaceBankOptions"/>), a network by its core, or an <see cref="EnsembleOptions"/>. Default:
    /// <see langword="null"/>, which means that of the <see cref="TrainingOptions.InitialParameters"/>, where there are such; else a bank
    /// for a class a sequence of fewer than 5,000 sequences, for a value a sequence of up to 1,500, and for values at every time step; two
    /// networks for a value of each of more sequences; and <see cref="S5Options"/> for a class of each of more, for tags, for keys, for
    /// pairs of sequences, and where an option of <see cref="Training"/> is set that only a network has; sizes are chosen from the data.
    /// </summary>
    public ArchitectureOptions? Architecture { get; init; }

    /// <summary>How the model is trained. Default: chosen from the data.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>
    /// Rows with the same columns, by which the best epoch of a network is chosen; a bank has no epochs, and does without. Default:
    /// <see langword="null"/>, which means <see cref="TrainingOptions.ValidationFraction"/> of the training rows.
    /// </summary>
    [JsonIgnore]
    public IDataView? ValidationSet { get; init; }

    /// <summary>The name of the column with the sequences.</summary>
    internal abstract string SequenceColumnName { get; }

    /// <summary>
    /// The name of the column with the second sequence of each pair; <see langword="null"/> where rows hold single sequences.
    /// </summary>
    internal virtual string? SecondColumnName => null;

    /// <summary>Time steps for which the first one is held before every sequence.</summary>
    internal virtual int HeldSteps => 0;

    /// <summary>The linear system that a network is before it is trained; <see langword="null"/> where it is drawn at random.</summary>
    internal virtual LinearSystem? Start => null;

    /// <summary>What a transformer keeps of the options: all but what its model holds, and the rows to validate by.</summary>
    internal virtual SequenceTaskOptions WithoutModel()
        => this with { ValidationSet = null, DerivedInputs = null, Architecture = null, Training = new() };

    /// <summary>The options, with every choice filled in that was left to the library.</summary>
    internal virtual SequenceTaskOptions Resolved(TrainedModel model)
        => this with
        {
            Channels = model.Options.Inputs, DerivedInputs = model.Options.DerivedInputs, Architecture = model.Options.Architecture,
            Training = model.Summary.Options,
        };

    /// <summary>Checks the options by themselves, when fitting begins.</summary>
    internal virtual void Validate()
    {
        ArgumentNullException.ThrowIfNull(Training);
        Architecture?.Validate();
        if (IntervalColumnName is not null)
            Architecture?.RequireIntervals();
        if (SecondColumnName is not null)
            RequirePairs();
        Training.Validate();
    }

    private void RequirePairs()
    {
        if (IntervalColumnName is not null)
        {
            throw new ArgumentOutOfRangeException(
                nameof(IntervalColumnName), IntervalColumnName,
                "IntervalColumnName must be null where rows hold pairs of sequences: the intervals would be those of one of the two. Leave "
                + "IntervalColumnName null and make the intervals a channel of both, or leave SecondFeatureColumnName null.");
        }
        Architecture?.RequirePairs();
    }
}
