namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>Of which terms the residuals of a <see cref="PontryaginAnalysis"/> are made.</summary>
public enum ResidualTerms
{
    /// <summary>The gradient of each sequence.</summary>
    Sequences,

    /// <summary>
    /// The gradient of each stretch of time of each sequence. Of fewer than eight sequences there are too few gradients, and of one alone
    /// they would always agree.
    /// </summary>
    Stretches,
}

/// <summary>
/// How far a group of parameters is from being stationary: <c>|mean g| / sqrt(mean |g|^2)</c> over the terms g of the gradient. It has no
/// scale and lies in [0, 1]. With 0 the loss is stationary in this group; with 1 all terms ask for the very same change; n terms that ask
/// for independent changes have about 1 / sqrt(n).
/// </summary>
/// <param name="Name">
/// The group: <c>encoder</c>, <c>pooling</c>, <c>decoder</c>, or of a layer <c>Blocks.0</c> its <c>poles</c> (with step sizes), <c>B</c>,
/// <c>C</c>, <c>D</c>, what else its core has (<c>gates</c>), the <c>attention</c> that it may have instead, and its <c>scaffold</c>.
/// </param>
/// <param name="Parameters">Trained values of the group.</param>
/// <param name="Terms">Terms of the gradient; those of a group may be fewer than those of others.</param>
/// <param name="Residual">
/// The residual; 0 where every term is zero, and NaN where there is only one, which says nothing.
/// </param>
/// <param name="GradientNorm">The norm of the gradient of the mean loss, which has a scale, beside it.</param>
public sealed record GroupResidual(string Name, int Parameters, int Terms, double Residual, double GradientNorm);
