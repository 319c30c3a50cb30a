namespace Microsoft.ML.StateSpace;

/// <summary>
/// Several models that are trained on the same rows in one <c>Fit</c>, kept in one file, and asked together: the answer is the weighted
/// mean of their answers, of class probabilities or of values in the unit of the target. Members that are unlike err on different rows, and
/// their mean is usually better than the best of them (Hansen, Salamon, "Neural Network Ensembles", IEEE Transactions on Pattern Analysis
/// and Machine Intelligence 12, 1990).
/// </summary>
/// <remarks>
/// Training and scoring take the time of all members together. Each member has a seed of its own, made of
/// <see cref="TrainingOptions.Seed"/> and its index; what is held out for validation is the same for all, and so is what stands for missing
/// values. With a <see cref="TrainingOptions.CheckpointPath"/> each member has a file of its own. A training that is cancelled before the
/// last member has begun has no model. An ensemble streams where all of its members do.
/// </remarks>
public sealed record EnsembleOptions : ArchitectureOptions
{
    private const int FewestMembers = 2, MostMembers = 16;

    /// <summary>
    /// The members, from 2 to 16, none of them an ensemble itself. Their order matters only for their seeds and for
    /// <see cref="Weights"/>.
    /// </summary>
    public required IReadOnlyList<ArchitectureOptions> Members
    {
        get;
        init => field = new ValueList<ArchitectureOptions>(value ?? []);
    }

    /// <summary>
    /// How much the answer of each member counts, in their order: positive numbers, which are divided by their sum. Default:
    /// <see langword="null"/>, all count alike.
    /// </summary>
    public IReadOnlyList<double>? Weights
    {
        get;
        init => field = value is null ? null : new ValueList<double>(value);
    }

    /// <summary>
    /// Whether <see cref="Weights"/> are found from the data (stacking), for a value a sequence. Members first learn from all sequences but
    /// the last tenth, and the weights are those whose answers to that tenth have the smallest squared error. The first member answers
    /// alone where that is as good but for chance, so it should be the simplest one. Members without weight are left out of the trained
    /// model, which is no ensemble any more where one is left; the others then learn from all sequences, which takes their time once more.
    /// Where there is a validation set it takes the place of the tenth, and members learn once. Default: <see langword="false"/>.
    /// </summary>
    public bool Stacked { get; init; }

    /// <summary>The share of each member in the answer; together they are 1.</summary>
    internal double[] Shares()
    {
        double sum = Weights?.Sum() ?? Members.Count;
        return [.. Enumerable.Range(0, Members.Count).Select(i => (Weights?[i] ?? 1) / sum)];
    }

    internal override void RequireIntervals()
    {
        foreach (var member in Members)
            member.RequireIntervals();
    }

    internal override void RequirePairs()
    {
        foreach (var member in Members)
            member.RequirePairs();
    }

    internal override void Validate()
    {
        if (Members.Count is < FewestMembers or > MostMembers)
        {
            throw new ArgumentOutOfRangeException(
                nameof(Members), Members.Count,
                $"Members must hold from {FewestMembers} to {MostMembers} architectures, but holds {Members.Count}. "
                + "Where there is one model, set it as the Architecture itself.");
        }
        for (int i = 0; i < Members.Count; i++)
        {
            if (Members[i] is null or EnsembleOptions)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(Members), Members[i]?.GetType().Name,
                    $"Members[{i}] must be a single model, but is {(Members[i] is null ? "null" : "an ensemble itself")}. "
                    + "Put the single models side by side into Members.");
            }
            Members[i].Validate();
        }
        if (Weights is not { } weights)
            return;
        if (Stacked)
        {
            throw new ArgumentException(
                "Stacked finds the weights from the data, but Weights are given. Leave Weights null, or Stacked false.", nameof(Weights));
        }
        if (weights.Count != Members.Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(Weights), weights.Count,
                $"Weights must hold one number for each of the {Members.Count} Members, but holds {weights.Count}. Leave Weights null to "
                + "count all alike.");
        }
        foreach (double weight in weights)
            OptionCheck.Positive(weight, nameof(Weights));
        if (!double.IsFinite(weights.Sum()))
        {
            throw new ArgumentOutOfRangeException(
                nameof(Weights), weights.Sum(), "Weights must have a finite sum. Divide them by the largest of them.");
        }
    }
}
