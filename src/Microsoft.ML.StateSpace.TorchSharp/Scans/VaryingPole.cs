using Microsoft.ML.StateSpace.Torch.Layers;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// Poles of a step that varies: <c>exp(Delta_t lambda)</c> and <c>(exp(Delta_t lambda) - 1) / lambda</c>, computed in double and rounded
/// once, since the derivative of the second is a small difference of larger numbers. Only the arguments are kept.
/// </summary>
internal sealed class VaryingPole : ScanFunction<VaryingPole>
{
    /// <param name="steps">Delta, (batch, length, N) float32.</param>
    /// <param name="lambda">(N), complex128.</param>
    /// <returns>Pole and factor, (2, batch, length, N) complex64.</returns>
    public static Tensor Apply(Tensor steps, Tensor lambda) => apply(steps, lambda);

    protected override (Tensor Output, List<Tensor> Saved) Compute(autograd.AutogradContext context, object[] arguments)
    {
        Tensor steps = (Tensor)arguments[0], lambda = (Tensor)arguments[1];
        var expm1 = TorchPoles.Expm1(steps * lambda);
        return (stack([expm1 + 1, expm1 / lambda]).to(ScalarType.ComplexFloat32), [steps, lambda]);
    }

    protected override Tensor?[] Gradients(autograd.AutogradContext context, List<Tensor> saved, Tensor outputGradient)
    {
        Tensor steps = saved[0], lambda = saved[1], expm1 = TorchPoles.Expm1(steps * lambda), pole = expm1 + 1;
        var exact = outputGradient.to(ScalarType.ComplexFloat64);
        Tensor dPole = exact.select(0, 0), dFactor = exact.select(0, 1);
        var dSteps = ((lambda * pole).conj() * dPole + pole.conj() * dFactor).real.to(steps.dtype);
        var dLambda = ((steps * pole).conj() * dPole + ((steps * pole - expm1 / lambda) / lambda).conj() * dFactor).sum(0, 1);
        return [dSteps, dLambda];
    }
}
