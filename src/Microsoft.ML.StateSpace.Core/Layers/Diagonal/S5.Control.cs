using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <content>Poles as controls.</content>
internal sealed partial class S5
{
    private const double LeastDistance = 1e-6; // from -1, which no step size brings about with the bilinear map

    // The clipped poles are a half-plane, which the bilinear map takes to a disc that is not centred at zero.
    public override bool HasClosedStep => !(Parameters.IsClipped && Discretization == Discretization.Bilinear);

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> ControlParameters
        => [Parameters.LambdaRe, Parameters.LambdaIm, Parameters.LogStep, Parameters.B];

    public override double LargestRadiusOf(ReadOnlySpan<float> values, int n)
        => !Parameters.IsClipped ? LargestRadius
            : Math.Min(LargestRadius, Math.Exp(S5Parameters.LargestClipped * Parameters.Step(values, n)));

    public override bool CanMoveTo(Complex pole)
        => Discretization == Discretization.ZeroOrderHold || (pole + 1).Magnitude >= LeastDistance;

    protected override Complex MovePole(Span<float> values, int n, Complex pole)
    {
        double step = Parameters.Step(values, n);
        var rate = DiscretePole.Rate(Discretization, pole);
        if (Discretization == Discretization.ZeroOrderHold)
        {
            double turns = Math.Round((Parameters.Lambda(values, n).Imaginary * step - rate.Imaginary) / (2 * Math.PI));
            rate += new Complex(0, 2 * Math.PI * turns);
        }
        Parameters.SetLambda(values, n, rate / step);
        return Discretize(values, n).Factor;
    }
}
