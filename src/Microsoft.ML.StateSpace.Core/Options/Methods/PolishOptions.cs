namespace Microsoft.ML.StateSpace;

/// <summary>
/// Two methods one after the other: the second begins at the best parameters that the first has found. Both see the same training
/// sequences, those that are held out are the same, and the model that is kept is the best of both.
/// </summary>
public sealed record PolishOptions : TrainingMethod
{
    /// <summary>The first method. Default: <see langword="null"/>, AdamW, whose settings are those of the
    /// <see cref="TrainingOptions"/>.</summary>
    public DescentOptions? First { get; init; }

    /// <summary>The second method.</summary>
    public required DescentOptions Then { get; init; }

    /// <summary>
    /// The most iterations of the second method; <see cref="TrainingOptions.Epochs"/> are those of the first. Default:
    /// <see langword="null"/>, the usual number of the second method.
    /// </summary>
    public int? Iterations { get; init; }

    internal override void Validate()
    {
        OptionCheck.AtLeast(Iterations, 1);
        if (Then is null)
        {
            throw new ArgumentNullException(
                nameof(Then), "Then must name the second method. Set PolishOptions.Then, to new LbfgsOptions() for instance.");
        }
        First?.Validate();
        Then.Validate();
    }
}
