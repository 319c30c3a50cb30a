namespace Microsoft.ML.StateSpace;

/// <summary>
/// SSD, the selective state space of Mamba-2: a scalar decay a head that depends on the input, computed by matrix products
/// (Dao and Gu, "Transformers are SSMs: Generalized Models and Efficient Algorithms Through Structured State Space Duality", ICML 2024,
/// arXiv:2405.21060).
/// <see cref="NetworkOptions.StateSize"/> counts the real states of each channel.
/// </summary>
public sealed record SsdOptions : NetworkOptions
{
    /// <summary>Channels of a head, P in the paper, which share a decay; must divide the channels of the core. Default: 16.</summary>
    public int HeadSize { get; init; } = 16;

    /// <summary>
    /// Smallest initial step size, in units of the sampling interval. Default: <see langword="null"/>, chosen from the data (0.001 in
    /// Mamba-2).
    /// </summary>
    public double? StepSizeMinimum { get; init; }

    /// <summary>
    /// Largest initial step size, in units of the sampling interval. Default: <see langword="null"/>, chosen from the data (0.1 in
    /// Mamba-2).
    /// </summary>
    public double? StepSizeMaximum { get; init; }

    /// <summary>How initial step sizes are drawn between the two. Default: <see cref="StepSizeDistribution.LogUniform"/>.</summary>
    public StepSizeDistribution StepSizes { get; init; } = StepSizeDistribution.LogUniform;

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.Size(HeadSize);
        OptionCheck.Positive(StepSizeMinimum);
        OptionCheck.Positive(StepSizeMaximum);
        OptionCheck.Ordered(StepSizeMinimum, StepSizeMaximum);
        OptionCheck.Defined(StepSizes);
    }
}
