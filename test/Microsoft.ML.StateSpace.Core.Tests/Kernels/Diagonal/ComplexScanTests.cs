using System.Numerics;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Kernels;

[Trait("Kind", "Law")]
public class ComplexScanTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Forward_MatchesOracle(bool reverse)
    {
        for (int states = 1; states <= 70; states++)
        {
            float[] lambda = Draw.Poles(states), rows = Draw.Uniform(23 * 2 * states, 2);
            var expected = KernelOracle.Scan(lambda, rows, reverse);
            ComplexScan.Forward(lambda, rows, reverse);
            CheckRows(expected, rows, states);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Backward_MatchesOracle(bool reverse)
    {
        for (int states = 1; states <= 70; states++)
        {
            float[] lambda = Draw.Poles(states), x = Draw.Uniform(23 * 2 * states, 2), rows = Draw.Uniform(x.Length, 3),
                gradient = Draw.Uniform(lambda.Length, 4);
            float[] before = [.. gradient];
            var (expectedRows, expectedLambda) = KernelOracle.ScanGradient(lambda, x, rows, reverse);
            ComplexScan.Forward(lambda, x, reverse);
            ComplexScan.Backward(lambda, x, rows, gradient, reverse);
            CheckRows(expectedRows, rows, states);
            double largest = expectedLambda.Max(Complex.Abs);
            for (int n = 0; n < states; n++)
            {
                var expected = expectedLambda[n] + KernelOracle.At(before, 0, n, states);
                Complex.Abs(expected - KernelOracle.At(gradient, 0, n, states))
                    .Should().BeLessThanOrEqualTo(Tolerance.Scan * (1 + largest), $"{states} states, state {n}");
            }
        }
    }

    [Fact]
    public void Scan_GivesAStateTheSameBits_AmongAnyOthers()
    {
        const int Length = 9;
        for (int states = 1; states <= 70; states++)
        {
            float[] lambda = Draw.Poles(states), x = Draw.Uniform(Length * 2 * states, 2), rows = Draw.Uniform(x.Length, 3),
                gradient = new float[lambda.Length];
            float[][] alone = [.. Enumerable.Range(0, states).Select(n => Column(x, n))],
                aloneRows = [.. Enumerable.Range(0, states).Select(n => Column(rows, n))];
            ComplexScan.Forward(lambda, x, false);
            ComplexScan.Backward(lambda, x, rows, gradient, false);
            for (int n = 0; n < states; n++)
            {
                float[] pole = Column(lambda, n), poleGradient = new float[2];
                ComplexScan.Forward(pole, alone[n], false);
                ComplexScan.Backward(pole, alone[n], aloneRows[n], poleGradient, false);
                Column(x, n).Should().BeBitwise(alone[n]);
                Column(rows, n).Should().BeBitwise(aloneRows[n]);
                Column(gradient, n).Should().BeBitwise(poleGradient);
            }

            float[] Column(float[] values, int n)
                => [.. Enumerable.Range(0, values.Length / (2 * states))
                    .SelectMany(t => new[] { values[t * 2 * states + n], values[t * 2 * states + states + n] })];
        }
    }

    [Fact]
    public void Forward_ContinuesFromAnyRow()
    {
        const int States = 19, Width = 2 * States;
        float[] lambda = Draw.Poles(States), whole = Draw.Uniform(40 * Width), parts = [.. whole];
        ComplexScan.Forward(lambda, whole, false);
        for (int t = 0; t + 1 < 40; t++)
            ComplexScan.Forward(lambda, parts.AsSpan(t * Width, 2 * Width), false);
        parts.Should().BeBitwise(whole);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Scan_ChangesNothing_OnFewerThanTwoRows(int length)
    {
        float[] lambda = Draw.Poles(5), rows = Draw.Uniform(length * 10), before = [.. rows], gradient = new float[10];
        ComplexScan.Forward(lambda, rows, false);
        ComplexScan.Backward(lambda, before, rows, gradient, true);
        rows.Should().BeBitwise(before);
        gradient.Should().OnlyContain(value => value == 0);
    }

    [Fact]
    public void Scan_AllocatesNothing()
    {
        float[] lambda = Draw.Poles(37), x = new float[50 * 74], rows = new float[50 * 74], gradient = new float[74];
        NoAllocation.In(() =>
        {
            ComplexScan.Forward(lambda, x, true);
            ComplexScan.Backward(lambda, x, rows, gradient, true);
        });
    }

    private static void CheckRows(Complex[,] expected, float[] actual, int states)
    {
        double largest = expected.Cast<Complex>().Max(Complex.Abs);
        for (int t = 0; t < expected.GetLength(0); t++)
            for (int n = 0; n < states; n++)
                Complex.Abs(expected[t, n] - KernelOracle.At(actual, t, n, states))
                    .Should().BeLessThanOrEqualTo(Tolerance.Scan * largest, $"{states} states, row {t}, state {n}");
    }
}
