namespace Microsoft.ML.StateSpace;

/// <summary>
/// What a model derives from its input channels and reads beside them. Each choice gives as many further channels as there are, each
/// standardised with statistics of the training sequences. A column of keys and a certified model have none.
/// </summary>
public sealed record DerivedInputs
{
    /// <summary>
    /// The difference of each value to the one a time step before, whatever the time between them; 0 at the first step. Where values are
    /// missing, it is the difference of what stands for them, and 0 where nothing is known yet or, with
    /// <see cref="MissingValues.Mean"/>, where one of the two is missing. Default: <see langword="false"/>.
    /// </summary>
    public bool Differences { get; init; }

    /// <summary>
    /// Each value less the mean of its sequence and channel, divided by the standard deviation there, both over the measured values. A
    /// model that reads in both directions takes those of the whole sequence, and one that reads forwards those of the steps up to each
    /// step, so that it can answer step by step; 0 where the deviation is 0, as at the first of them. Default: <see langword="false"/>.
    /// </summary>
    public bool StandardizedSequences { get; init; }

    /// <summary>
    /// The difference of each value to the mean of all training sequences at the same time step; 0 where it is missing, and behind the
    /// last step of the training sequences, which must be equally long. Default: <see langword="false"/>.
    /// </summary>
    public bool DifferencesToMean { get; init; }

    /// <summary>Derived channels for each channel.</summary>
    internal int Count => (Differences ? 1 : 0) + (StandardizedSequences ? 1 : 0) + (DifferencesToMean ? 1 : 0);
}
