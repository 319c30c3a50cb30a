using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// How a network is trained, where that is not AdamW: a method of descent over all training sequences at once, or AdamW (or another method)
/// and then one of these, <see cref="PolishOptions"/>. The derived record chooses the method and holds its settings.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "method")]
[JsonDerivedType(typeof(GradientDescentOptions), "gradient descent")]
[JsonDerivedType(typeof(LbfgsOptions), "L-BFGS")]
[JsonDerivedType(typeof(LevenbergMarquardtOptions), "Levenberg-Marquardt")]
[JsonDerivedType(typeof(ProximalMsaOptions), "proximal MSA")]
[JsonDerivedType(typeof(ExtendedMsaOptions), "extended MSA")]
[JsonDerivedType(typeof(PolishOptions), "polish")]
public abstract record TrainingMethod
{
    private protected TrainingMethod()
    {
    }

    /// <summary>Throws an <see cref="ArgumentException"/> that names the option when a value cannot work.</summary>
    internal abstract void Validate();
}
