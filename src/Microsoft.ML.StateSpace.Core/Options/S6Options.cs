namespace Microsoft.ML.StateSpace;

/// <summary>
/// S6, the selective state space of Mamba: its step sizes, input matrices and output matrices depend on the input, its states are real, and
/// every channel has a diagonal state matrix of its own (Gu and Dao, "Mamba: Linear-Time Sequence Modeling with Selective State Spaces",
/// 2023, arXiv:2312.00752). It can choose what to remember, which sequences of tokens need. For sampled signals the LRU and S5 are usually
/// the better choice.
/// </summary>
public sealed record S6Options : NetworkOptions
{
    /// <summary>How an input enters a state over one step. Default: <see cref="InputDiscretization.Euler"/>, as in Mamba.</summary>
    public InputDiscretization InputDiscretization { get; init; } = InputDiscretization.Euler;

    /// <summary>
    /// Smallest initial step size, in units of the sampling interval. Default: <see langword="null"/>, chosen from the data (0.001 in
    /// Mamba).
    /// </summary>
    public double? StepSizeMinimum { get; init; }

    /// <summary>
    /// Largest initial step size, in units of the sampling interval. Default: <see langword="null"/>, chosen from the data (0.1 in Mamba).
    /// </summary>
    public double? StepSizeMaximum { get; init; }

    /// <summary>How initial step sizes are drawn between the two. Default: <see cref="StepSizeDistribution.LogUniform"/>.</summary>
    public StepSizeDistribution StepSizes { get; init; } = StepSizeDistribution.LogUniform;

    /// <summary>
    /// Rank of the map from the input to the step sizes of all channels, dt_rank in Mamba. Default: <see langword="null"/>: a sixteenth of
    /// ModelSize, rounded up.
    /// </summary>
    public int? StepRank { get; init; }

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.Defined(InputDiscretization);
        OptionCheck.Positive(StepSizeMinimum);
        OptionCheck.Positive(StepSizeMaximum);
        OptionCheck.Ordered(StepSizeMinimum, StepSizeMaximum);
        OptionCheck.Defined(StepSizes);
        OptionCheck.Size(StepRank);
    }
}
