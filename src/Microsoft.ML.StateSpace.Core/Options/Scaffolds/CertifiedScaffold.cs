namespace Microsoft.ML.StateSpace;

/// <summary>
/// The block of <see cref="L2RuOptions"/>: <c>x1 = (1 - a) x + a core(x)</c>, <c>x2 = (1 - b) x1 + b f(x1)</c> with trained shares a and b
/// in (0, 1), a core of gain 1 and a map f of Lipschitz constant 1, the sandwich layer (Wang and Manchester, ICML 2023, arXiv:2301.11526).
/// Both branches are convex, so a block's gain is at most 1 whatever the depth; a sum <c>x + a core(x)</c> scaled back to gain 1 would be
/// the same map. Encoder and decoder share <see cref="L2RuOptions.Gain"/>.
/// </summary>
public sealed record CertifiedScaffold : ScaffoldOptions
{
    internal override NormKind PublishedNorm => NormKind.None;

    internal override bool HasDropout => false;

    internal override void Validate(NetworkOptions architecture)
    {
        if (!architecture.Core.IsCertified)
        {
            throw new ArgumentOutOfRangeException(nameof(NetworkOptions.Scaffold), nameof(CertifiedScaffold),
                $"Scaffold must not be a CertifiedScaffold with {architecture.GetType().Name}, whose core has no bounded gain. Take "
                + "L2RuOptions, or another scaffold.");
        }
        if (architecture.ChosenNorm != NormKind.None)
        {
            throw new ArgumentOutOfRangeException(nameof(NetworkOptions.Norm), architecture.ChosenNorm,
                "Norm must be None in a certified model: a norm amplifies small signals without bound. Leave it null.");
        }
        if (architecture.Dropout > 0)
        {
            throw new ArgumentOutOfRangeException(nameof(NetworkOptions.Dropout), architecture.Dropout,
                "Dropout must be 0 in a certified model: it scales what it keeps by 1 / (1 - p), so the network that is trained would "
                + "exceed the gain. Leave it null.");
        }
    }
}
