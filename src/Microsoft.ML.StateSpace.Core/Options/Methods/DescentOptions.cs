using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// A method that goes down: it works on the objective over all training sequences at once, <c>J</c>, the mean loss of all rows plus
/// <c>lambda / 2 |theta|^2</c>, and only takes a step that lowers it by a share of the squared step. So the objective of its iterations,
/// <see cref="TrainingSummary.Descent"/>, never rises. There is no dropout, no mini-batch and nothing random behind the initial values.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "method")]
[JsonDerivedType(typeof(GradientDescentOptions), "gradient descent")]
[JsonDerivedType(typeof(LbfgsOptions), "L-BFGS")]
[JsonDerivedType(typeof(LevenbergMarquardtOptions), "Levenberg-Marquardt")]
[JsonDerivedType(typeof(ProximalMsaOptions), "proximal MSA")]
[JsonDerivedType(typeof(ExtendedMsaOptions), "extended MSA")]
public abstract record DescentOptions : TrainingMethod
{
    private protected DescentOptions()
    {
    }

    /// <summary>
    /// The weight lambda of <c>lambda / 2 |theta|^2</c> in the objective, where theta are all trained parameters and the rest is the mean
    /// loss of a row. It takes the place of AdamW's weight decay. Default: 0.
    /// </summary>
    public double Regularization { get; init; }

    /// <summary>
    /// Training ends where the relative residual of Pontryagin's maximum principle is not above this: the norm of the mean gradient over
    /// the root mean square of the norms of the gradients of single sequences, 0 at a stationary point and 1 where all sequences ask for
    /// the same change. It has no unit. In [0, 1); 0 never ends training. Default: 1e-5.
    /// </summary>
    public double ResidualTolerance { get; init; } = 1e-5;

    /// <summary>Iterations where <see cref="TrainingOptions.Epochs"/> leaves their number open.</summary>
    internal abstract int UsualIterations { get; }

    internal override void Validate()
    {
        OptionCheck.InRange(Regularization, 0, double.MaxValue);
        OptionCheck.InRange(ResidualTolerance, 0, 1, upperIncluded: false);
    }
}
