using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis;

/// <summary>Gramians, Hankel singular values and balanced truncation.</summary>
public class ReductionTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.99)]
    [InlineData(0.99999)]
    public void Gramians_SolveTheirLyapunovEquations(double radius)
    {
        for (int seed = 1; seed <= 6; seed++)
        {
            var system = RandomSystems.Draw(7, 2, 3, seed, radius);
            var (a, b, c) = (system.A.ToMathNet(), system.B.ToMathNet(), system.C.ToMathNet());
            var reached = system.ControllabilityGramian().ToMathNet();
            var seen = system.ObservabilityGramian().ToMathNet();
            var left = a * reached * a.Transpose() + b * b.Transpose() - reached;
            left.FrobeniusNorm().Should().BeLessThan(1e-12 * reached.FrobeniusNorm());
            left = a.Transpose() * seen * a + c.Transpose() * c - seen;
            left.FrobeniusNorm().Should().BeLessThan(1e-12 * seen.FrobeniusNorm());
            double[] expected = [.. (reached * seen).Evd().EigenValues.Select(value => Math.Sqrt(value.Real)).OrderDescending()];
            // MathNet's eigenvalues are exact to 1e-16 of the largest, so their roots to 1e-8.
            system.HankelSingularValues().Should().BeNear(expected, 1e-7, "Hankel singular values");
        }
    }

    [Fact]
    public void HankelSingularValues_OfAComplexSystem_AreThoseOfTheReference()
    {
        // The complex system as a real one of twice the size has each value twice.
        double[] re = ReferenceValues.At("gramians_diag/lam/re"), im = ReferenceValues.At("gramians_diag/lam/im"),
            b = [1, 0.5], c = [1, -1], expected = ReferenceValues.At("gramians_diag/hsv"),
            reached = ReferenceValues.At("gramians_diag/Wc/re");
        double[,] state = new double[4, 4], input = new double[4, 2], output = new double[2, 4];
        for (int n = 0; n < 2; n++)
        {
            state[n, n] = state[n + 2, n + 2] = re[n];
            (state[n, n + 2], state[n + 2, n]) = (-im[n], im[n]);
            input[n, 0] = input[n + 2, 1] = b[n];
            output[0, n] = output[1, n + 2] = c[n];
        }
        var system = new LinearSystem(state, input, output, new double[2, 2]);
        system.HankelSingularValues().Should().BeNear([expected[0], expected[0], expected[1], expected[1]], 1e-12, "values");
        double[,] gramian = system.ControllabilityGramian();
        new[] { gramian[0, 0], gramian[0, 1], gramian[1, 0], gramian[1, 1] }.Should().BeNear(reached, 1e-12, "Wc");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    public void Reduce_KeepsItsErrorBound_AndTheBoundIsNoMultipleOfTheError(int inputs, int outputs)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            var system = RandomSystems.Draw(8, inputs, outputs, seed, 0.95);
            var values = system.HankelSingularValues();
            for (int order = 0; order < 8; order++)
            {
                var reduced = system.ReduceToOrder(order);
                reduced.System.Order.Should().Be(order);
                reduced.System.IsStable().Should().BeTrue();
                reduced.ErrorBound.Should().BeApproximately(2 * values.Skip(order).Sum(), 1e-12 * values[0]);
                var rest = system.Minus(reduced.System);
                double error = GainAnalysis.FrequencyResponse(rest, 4001).Gains.Max();
                error.Should().BeLessThanOrEqualTo(reduced.ErrorBound * (1 + 1e-9) + 1e-12 * values[0]);
                // The states of the difference are balanced first, for their gains cancel one another, which costs the norm its digits.
                var balanced = rest.ReduceToTolerance(1e-9 * values[0]).System;
                double norm = GainAnalysis.HInfinityNorm(balanced, 1e-6);
                norm.Should().BeInRange(error * (1 - 1e-6) - 1e-9 * values[0], reduced.ErrorBound * (1 + 1e-5) + 1e-9 * values[0]);
                // No system of this order has a smaller error than the first value that was left out (Adamjan, Arov and Krein).
                error.Should().BeGreaterThanOrEqualTo(values[order] * (1 - 1e-3) - 1e-12 * values[0]);
            }
            system.ReduceToOrder(8).System.DistanceTo(system).Should().BeLessThan(1e-9);
        }
    }

    [Fact]
    public void ReduceToTolerance_TakesTheSmallestSystemThatKeepsIt()
    {
        var system = RandomSystems.Draw(8, 2, 2, 3, 0.95);
        var values = system.HankelSingularValues();
        for (int order = 1; order < 8; order++)
        {
            double tolerance = 2 * values.Skip(order).Sum() * (1 + 1e-9);
            var reduced = system.ReduceToTolerance(tolerance);
            reduced.System.Order.Should().Be(order);
            reduced.ErrorBound.Should().BeLessThanOrEqualTo(tolerance);
        }
        system.ReduceToTolerance(1e6).System.Order.Should().Be(0);
        Invoking(() => system.ReduceToTolerance(0)).Should().ThrowExactly<ArgumentOutOfRangeException>();
        Invoking(() => system.ReduceToOrder(9)).Should().ThrowExactly<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void States_ThatAreNotReached_AreLeftOutForNothing()
    {
        var part = RandomSystems.Draw(3, 1, 1, 4);
        // Two more states, which no input reaches.
        double[,] a = new double[5, 5], b = new double[5, 1], c = new double[1, 5];
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
                a[i, j] = part.A[i, j];
            (b[i, 0], c[0, i]) = (part.B[i, 0], part.C[0, i]);
        }
        (a[3, 3], a[4, 4], c[0, 3], c[0, 4]) = (0.5, -0.25, 1, 1);
        var system = new LinearSystem(a, b, c, part.D);
        var reduced = system.ReduceToTolerance(1e-9);
        reduced.System.Order.Should().Be(3);
        reduced.System.DistanceTo(system).Should().BeLessThan(1e-9);
        Invoking(() => system.ReduceToOrder(4)).Should().ThrowExactly<InvalidOperationException>().WithMessage("*at most 3 states*");
    }
}
