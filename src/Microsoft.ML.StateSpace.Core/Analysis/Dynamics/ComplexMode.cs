using System.Numerics;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// How gradient descent learns one complex mode, <c>h_t = lambda h_{t-1} + u_t</c>, <c>y^_t = k Re(c b h_t)</c>, with a fixed pole and the
/// loss <c>(1/2L) sum (y - y^)^2</c>. The product s = c b follows <c>ds/dt = sqrt(4 |s|^2 + D^2) q</c> with
/// <c>q = k sigma - (k^2/2)(eta s + zeta conj(s))</c>, where <c>D = |c|^2 - |b|^2</c> stays what it was at the start. A time is the number
/// of steps times the rate.
/// </summary>
/// <remarks>
/// This form is this library's; Proca et al., "Learning dynamics in linear recurrent neural networks", ICML 2025, treat complex modes as
/// conjugate pairs. Zeta is not small, so complex modes have no closed form, and two rates where a real one has one.
/// </remarks>
/// <param name="Sigma"><c>(1/L) sum conj(h) y</c>.</param>
/// <param name="Eta"><c>(1/L) sum |h|^2</c>.</param>
/// <param name="Zeta"><c>(1/L) sum conj(h)^2</c>.</param>
/// <param name="Factor">k: 1, or 2 where a layer's output is twice the real part.</param>
public sealed record ComplexMode(Complex Sigma, double Eta, Complex Zeta, double Factor = 1)
{
    private const double Tolerance = 1e-12;

    /// <summary>The mode of a pole on a record, from a state of zero.</summary>
    /// <param name="pole">lambda.</param>
    /// <param name="record">Input and output.</param>
    /// <param name="factor">k.</param>
    public static ComplexMode Of(Complex pole, InputOutputRecord record, double factor = 1)
    {
        ArgumentNullException.ThrowIfNull(record);
        int steps = InputOutputRecord.Steps([record]);
        Complex state = 0, sigma = 0, zeta = 0;
        double eta = 0;
        for (int t = 0; t < steps; t++)
        {
            state = pole * state + record.Input[t];
            var conjugate = Complex.Conjugate(state);
            sigma += conjugate * record.Output[t];
            zeta += conjugate * conjugate;
            eta += (state * conjugate).Real;
        }
        return new(sigma / steps, eta / steps, zeta / steps, factor);
    }

    /// <summary>The product that descent ends at, <c>(2/k)(eta sigma - zeta conj(sigma)) / (eta^2 - |zeta|^2)</c>.</summary>
    public Complex Optimum
        => 2 / Factor * (Eta * Sigma - Zeta * Complex.Conjugate(Sigma)) / (Eta * Eta - Square(Zeta));

    /// <summary>q, the direction in which descent moves the product; zero at the optimum.</summary>
    /// <param name="product">s = c b.</param>
    public Complex Pull(Complex product)
        => Factor * Sigma - Factor * Factor / 2 * (Eta * product + Zeta * Complex.Conjugate(product));

    /// <summary>
    /// The gradients of the loss, as (dL/dRe, dL/dIm) in one complex number: <c>-conj(c) q</c> of b and <c>-conj(b) q</c> of c.
    /// </summary>
    public (Complex B, Complex C) Gradients(Complex b, Complex c)
    {
        var pull = Pull(c * b);
        return (-Complex.Conjugate(c) * pull, -Complex.Conjugate(b) * pull);
    }

    /// <summary>The loss, <c>(1/2L) sum (y - y^)^2</c>.</summary>
    /// <param name="product">s = c b.</param>
    /// <param name="outputPower"><c>(1/L) sum y^2</c>.</param>
    public double Loss(Complex product, double outputPower)
        => outputPower / 2 - Factor * (product * Complex.Conjugate(Sigma)).Real
            + Factor * Factor / 4 * (Eta * product * Complex.Conjugate(product) + product * product * Complex.Conjugate(Zeta)).Real;

    /// <summary>
    /// The two rates at which the distance to the optimum falls where |b|^2 + |c|^2 stays: <c>(k^2/2)(|b|^2 + |c|^2)(eta -+ |zeta|)</c>.
    /// </summary>
    public (double Slow, double Fast) Rates(Complex b, Complex c)
    {
        double scale = Factor * Factor / 2 * (Square(b) + Square(c)), zeta = Complex.Abs(Zeta);
        return (scale * (Eta - zeta), scale * (Eta + zeta));
    }

    /// <summary>
    /// The product s = c b after a time, by integration with an error of about 1e-11 (Dormand and Prince 1980).
    /// </summary>
    /// <param name="b">b at the start.</param>
    /// <param name="c">c at the start.</param>
    /// <param name="time">Steps times rate.</param>
    public Complex ProductAt(Complex b, Complex c, double time)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(time);
        double imbalance = Square(c) - Square(b);
        return FlowIntegrator.Run(
            product => Math.Sqrt(4 * Square(product) + imbalance * imbalance) * Pull(product), c * b, time, Tolerance);
    }

    private static double Square(Complex value) => value.Real * value.Real + value.Imaginary * value.Imaginary;
}
