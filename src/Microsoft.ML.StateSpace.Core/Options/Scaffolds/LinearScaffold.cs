namespace Microsoft.ML.StateSpace;

/// <summary>
/// A layer without any nonlinearity: <c>core(x) + F x</c>, without a norm and without dropout. With a linear core such as S5 or LRU the
/// whole network from inputs to outputs is one linear system, which <c>LinearSystem.OfModel</c> writes down as (A, B, C, D). Made for
/// system identification: training it on whole records minimises the simulation error of a linear model (Ljung, "System Identification",
/// 1999, section 7.2). One layer is enough; more are a series of systems. Any core fits but that of <see cref="L2RuOptions"/>.
/// </summary>
public sealed record LinearScaffold : ScaffoldOptions
{
    /// <summary>F. Default: <see cref="WienerSkip.Dense"/>.</summary>
    public WienerSkip Skip { get; init; } = WienerSkip.Dense;

    internal override NormKind PublishedNorm => NormKind.None;

    internal override bool ProjectsCore => true;

    internal override bool HasDropout => false;

    internal override void Validate(NetworkOptions architecture)
    {
        OptionCheck.Defined(Skip);
        if (architecture.ChosenNorm != NormKind.None)
        {
            throw new ArgumentOutOfRangeException(
                nameof(NetworkOptions.Norm), architecture.ChosenNorm,
                "Norm must be None in a LinearScaffold: a norm divides by the size of its input, which is not linear. Leave Norm null with "
                + "a LinearScaffold.");
        }
        if (architecture.LogitsSoftCap is double cap)
        {
            throw new ArgumentOutOfRangeException(
                nameof(NetworkOptions.LogitsSoftCap), cap,
                "LogitsSoftCap must stay null with a LinearScaffold: a cap is not linear. Leave it null.");
        }
        if (architecture.FinalNorm != NormKind.None)
        {
            throw new ArgumentOutOfRangeException(
                nameof(NetworkOptions.FinalNorm), architecture.FinalNorm,
                "FinalNorm must be None with a LinearScaffold: a norm divides by its input's size, which is not linear. Leave it None.");
        }
        if (architecture.Dropout > 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(NetworkOptions.Dropout), architecture.Dropout,
                "Dropout must be 0 in a LinearScaffold: it would train many linear systems of which none is used. Leave Dropout null with "
                + "a LinearScaffold.");
        }
    }
}
