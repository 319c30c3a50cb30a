using System.Numerics;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Testing.Oracle;
using static Microsoft.ML.StateSpace.Testing.Oracle.ReferenceValues;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis.Dynamics;

/// <summary>A complex mode, against reference values and finite differences of the loss.</summary>
public class ComplexModeTests
{
    private const string Path = "dynamics_complex";

    private static readonly Complex Pole = Value("lambda"), B = Value("b"), C = Value("c");
    private static readonly InputOutputRecord Record = new(At($"{Path}/u"), At($"{Path}/y"));

    [Theory]
    [InlineData("Re", 1)]
    [InlineData("2Re", 2)]
    public void Mode_IsThatOfTheReference(string form, double factor)
    {
        var mode = ComplexMode.Of(Pole, Record, factor);
        Near(mode.Sigma, Value("sigma"));
        Near(mode.Zeta, Value("zeta"));
        mode.Eta.Should().BeApproximately(Number($"{Path}/eta"), 1e-11);
        mode.Loss(C * B, Power).Should().BeApproximately(Number($"{Path}/{form}/loss"), 1e-11);
        var (b, c) = mode.Gradients(B, C);
        Near(b, Value($"{form}/grad_b"));
        Near(c, Value($"{form}/grad_c"));
        Near((Square(B) + Square(C)) * mode.Pull(C * B), Value($"{form}/ds_dt"));
        Near(mode.Optimum, Value($"{form}/s_star"));
        double[] rates = At($"{Path}/{form}/rates");
        mode.Rates(B, C).Slow.Should().BeApproximately(rates[0], 1e-10);
        mode.Rates(B, C).Fast.Should().BeApproximately(rates[1], 1e-10);

        double[] times = At($"{Path}/{form}/t"), real = At($"{Path}/{form}/s_t/re"), imaginary = At($"{Path}/{form}/s_t/im");
        for (int i = 0; i < times.Length; i++)
            Near(mode.ProductAt(B, C, times[i]), new(real[i], imaginary[i]), 1e-9);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Gradients_AreThoseOfTheLoss(double factor)
    {
        double[] values = [B.Real, B.Imaginary, C.Real, C.Imaginary];
        double[] numeric = NumericGradient.Of(
            () => Simulate(new Complex(values[2], values[3]) * new Complex(values[0], values[1]), factor), values);
        var (b, c) = ComplexMode.Of(Pole, Record, factor).Gradients(B, C);
        Near(b, new(numeric[0], numeric[1]), 1e-9);
        Near(c, new(numeric[2], numeric[3]), 1e-9);
    }

    [Fact]
    public void Descent_EndsAtTheOptimum_AndFallsThereAtTheTwoRates()
    {
        var mode = ComplexMode.Of(Pole, Record);
        Near(mode.ProductAt(B, C, 400), mode.Optimum, 1e-9);
        mode.Loss(mode.Optimum, Power).Should().BeLessThan(mode.Loss(1.01 * mode.Optimum, Power));
        // Far out in time only the slow rate is left.
        var modeB = Complex.Sqrt(mode.Optimum);
        double slow = mode.Rates(modeB, modeB).Slow;
        Complex near = mode.Optimum * (1 + 1e-4), start = near - mode.Optimum,
            later = mode.ProductAt(Complex.Sqrt(near), Complex.Sqrt(near), 30) - mode.Optimum,
            last = mode.ProductAt(Complex.Sqrt(near), Complex.Sqrt(near), 60) - mode.Optimum;
        Complex.Abs(start).Should().BePositive();
        (Math.Log(Complex.Abs(later) / Complex.Abs(last)) / 30).Should().BeApproximately(slow, 0.01 * slow);
    }

    private static double Power => Record.Output.Sum(y => y * y) / Record.Length;

    private static double Simulate(Complex product, double factor)
    {
        Complex h = 0;
        double sum = 0;
        for (int t = 0; t < Record.Length; t++)
        {
            h = Pole * h + Record.Input[t];
            double error = Record.Output[t] - factor * (product * h).Real;
            sum += error * error;
        }
        return sum / (2 * Record.Length);
    }

    private static Complex Value(string name) => new(Number($"{Path}/{name}/re"), Number($"{Path}/{name}/im"));

    private static double Square(Complex value) => value.Magnitude * value.Magnitude;

    private static void Near(Complex actual, Complex expected, double tolerance = 1e-11)
        => Complex.Abs(actual - expected).Should().BeLessThanOrEqualTo(tolerance);
}
