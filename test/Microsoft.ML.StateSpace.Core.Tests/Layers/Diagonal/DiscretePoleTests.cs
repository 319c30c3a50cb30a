using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

[Trait("Kind", "Law")]
public class DiscretePoleTests
{
    private static readonly Complex[] Poles = [new(-0.5, 3.1), new(-1e-6, 0.02), new(-3, -40), new(-0.5, 0)];

    [Theory]
    [InlineData("zoh", Discretization.ZeroOrderHold)]
    [InlineData("bil", Discretization.Bilinear)]
    public void From_MatchesReference_AlsoAtZeroAndForTinySteps(string name, Discretization discretization)
    {
        double[] re = ReferenceValues.At("discretization/lam/re"), im = ReferenceValues.At("discretization/lam/im"),
            steps = ReferenceValues.At("discretization/dt");
        for (int i = 0; i < steps.Length; i++)
        {
            var pole = DiscretePole.From(discretization, new Complex(re[i], im[i]), steps[i]);
            pole.Pole.Real.Should().BeApproximately(ReferenceValues.At($"discretization/{name}_lb/re")[i], Tolerance.Reference);
            pole.Pole.Imaginary.Should().BeApproximately(ReferenceValues.At($"discretization/{name}_lb/im")[i], Tolerance.Reference);
            pole.Factor.Real
                .Should().BeApproximately(ReferenceValues.At($"discretization/{name}_bfac/re")[i], Tolerance.Reference * steps[i]);
            pole.Factor.Imaginary
                .Should().BeApproximately(ReferenceValues.At($"discretization/{name}_bfac/im")[i], Tolerance.Reference * steps[i]);
        }
    }

    [Theory]
    [InlineData(Discretization.ZeroOrderHold)]
    [InlineData(Discretization.Bilinear)]
    public void Derivatives_MatchDifferences(Discretization discretization)
    {
        foreach (var lambda in Poles)
        {
            foreach (double step in new[] { 1e-3, 0.02, 0.3 })
            {
                double h = 1e-4 * step, k = 1e-4;
                var pole = DiscretePole.From(discretization, lambda, step);
                var (later, earlier) = (DiscretePole.From(discretization, lambda, step + h),
                    DiscretePole.From(discretization, lambda, step - h));
                AssertNear((later.Pole - earlier.Pole) / (2 * h), pole.PoleByStep, Complex.Abs(lambda));
                AssertNear((later.Factor - earlier.Factor) / (2 * h), pole.FactorByStep, 1);
                var (right, left) = (DiscretePole.From(discretization, lambda + k, step),
                    DiscretePole.From(discretization, lambda - k, step));
                AssertNear((right.Pole - left.Pole) / (2 * k), pole.PoleByLambda, step);
                AssertNear((right.Factor - left.Factor) / (2 * k), pole.FactorByLambda, step * step);
            }
        }
    }

    // Where the input u is held constant, the exact solution tends to -b u / lambda. Both maps have that limit.
    [Theory]
    [InlineData(Discretization.ZeroOrderHold)]
    [InlineData(Discretization.Bilinear)]
    public void Factor_KeepsTheGainOfConstantInputs(Discretization discretization)
    {
        foreach (var lambda in Poles)
        {
            var pole = DiscretePole.From(discretization, lambda, 0.1);
            AssertNear(-1 / lambda, pole.Factor / (1 - pole.Pole), Complex.Abs(1 / lambda));
        }
    }

    private static void AssertNear(Complex expected, Complex actual, double scale)
        => Complex.Abs(expected - actual).Should().BeLessThanOrEqualTo(Tolerance.Difference * scale, $"{actual} must be {expected}.");
}
