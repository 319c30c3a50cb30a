using System.Numerics;
using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// How gradient descent learns one real mode, <c>h_t = a h_{t-1} + u_t</c>, <c>y^_t = c b h_t</c>, with a fixed pole a and the loss
/// <c>(1/2L) sum (y - y^)^2</c>. All that counts of the data are sigma and eta. The product p = b c follows
/// <c>dp/dt = sqrt(4 p^2 + D^2) (sigma - eta p)</c>, where <c>D = c^2 - b^2</c> stays what it was at the start.
/// A time t is the number of steps of gradient descent times its rate; it has the unit of one over sigma.
/// </summary>
/// <remarks>
/// The equation, and its solution for D = 0, are published: Saxe, McClelland, Ganguli, arXiv:1312.6120, for deep linear networks; Smekal et
/// al., arXiv:2407.07279, for state spaces, whose statistics are those of a periodic record; Proca et al., ICML 2025. The solution for any
/// D is this library's: with <c>v = 2 p / (|D| + sqrt(D^2 + 4 p^2))</c> the equation is Riccati's. Steps of a finite rate follow it with a
/// relative error of about the rate times <see cref="Rate"/>.
/// </remarks>
/// <param name="Sigma"><c>(1/L) sum h y</c>.</param>
/// <param name="Eta"><c>(1/L) sum h^2</c>, positive.</param>
public sealed record LinearMode(double Sigma, double Eta)
{
    /// <summary><c>(1/L) sum h^2</c>, positive.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public double Eta
    {
        get;
        init => field = Positive(value);
    } = Positive(Eta);

    /// <summary>The mode of a pole on a record, from a state of zero.</summary>
    /// <param name="pole">a, real.</param>
    /// <param name="record">Input and output.</param>
    public static LinearMode Of(double pole, InputOutputRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var mode = ComplexMode.Of(new Complex(pole, 0), record);
        return new(mode.Sigma.Real, mode.Eta);
    }

    /// <summary>The product that descent ends at, <c>sigma / eta</c>.</summary>
    public double Optimum => Sigma / Eta;

    /// <summary>
    /// <c>R = sqrt(4 sigma^2 + eta^2 D^2)</c>: in the time 1 / R the distance to the optimum falls, in the end, to 1/e. R is also the
    /// curvature of the loss at the optimum.
    /// </summary>
    /// <param name="b">b at the start.</param>
    /// <param name="c">c at the start.</param>
    public double Rate(double b, double c) => double.Hypot(2 * Sigma, Eta * Imbalance(b, c));

    /// <summary>Rates below <c>2 / R</c> let descent settle at the optimum; at larger ones it does not.</summary>
    /// <param name="b">b at the start.</param>
    /// <param name="c">c at the start.</param>
    public double LargestStableRate(double b, double c) => 2 / Rate(b, c);

    /// <summary>The product b c after a time.</summary>
    /// <param name="b">b at the start.</param>
    /// <param name="c">c at the start.</param>
    /// <param name="time">Steps times rate.</param>
    public double ProductAt(double b, double c, double time)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(time);
        if (Sigma < 0)
            return -(this with { Sigma = -Sigma }).ProductAt(-b, c, time);
        double product = b * c, d = Math.Abs(Imbalance(b, c));
        if (d == 0)
            return Balanced(product, time);
        // w = v* - v, for the v* of the optimum, follows dw/dt = -R w + sigma w^2.
        var (rest, start) = (Rest(Sigma, Eta * d), Rest(product, d));
        double rate = Rate(b, c), w = start - rest, decay = Math.Exp(-rate * time);
        double left = rest + rate * w * decay / (rate - Sigma * w * (1 - decay));
        return d * (1 - left) / (left * (2 - left));
    }

    /// <summary>
    /// The time at which the product b c is at a value; infinite where it never gets there.
    /// </summary>
    /// <param name="b">b at the start.</param>
    /// <param name="c">c at the start.</param>
    /// <param name="product">The value, between that of the start and the optimum.</param>
    public double TimeTo(double b, double c, double product)
    {
        if (Sigma < 0)
            return (this with { Sigma = -Sigma }).TimeTo(-b, c, -product);
        double start = b * c, d = Math.Abs(Imbalance(b, c));
        if (product == start)
            return 0;
        if (d == 0)
            return BalancedTime(start, product);
        double rest = Rest(Sigma, Eta * d), rate = Rate(b, c), w0 = Rest(start, d) - rest, w = Rest(product, d) - rest;
        return Time(w0 * (rate - Sigma * w) / (w * (rate - Sigma * w0)), rate);
    }

    private static double Positive(double eta) => eta > 0 && double.IsFinite(eta) ? eta : throw new ArgumentOutOfRangeException(
        nameof(Eta), eta, "Eta is the mean square of what the mode makes of its input, and must be a positive number.");

    private static double Imbalance(double b, double c) => (c - b) * (c + b);

    // 1 - v, where v = 2 p / (d + sqrt(d^2 + 4 p^2)), without a difference of numbers that are nearly alike.
    private static double Rest(double p, double d)
    {
        double root = double.Hypot(d, 2 * p);
        return p > 0 ? d * (1 + d / (root + 2 * p)) / (d + root) : 1 - 2 * p / (d + root);
    }

    // D = 0: dp/dt = 2 |p| (sigma - eta p).
    private double Balanced(double start, double time)
    {
        double exponent = start < 0 ? 2 * time : -2 * time;
        double growth = Sigma == 0 ? 2 * time : Math.Abs(ComplexFunctions.Expm1(exponent * Sigma)) / Sigma;
        return start / (Math.Exp(exponent * Sigma) + Eta * Math.Abs(start) * growth);
    }

    private double BalancedTime(double start, double product)
    {
        if (start * product <= 0)
            return double.PositiveInfinity;
        if (Sigma == 0)
            return Math.Abs(product) > Math.Abs(start)
                ? double.PositiveInfinity : (1 / Math.Abs(product) - 1 / Math.Abs(start)) / (2 * Eta);
        double ratio = product * (Sigma - Eta * start) / (start * (Sigma - Eta * product));
        return Time(start < 0 ? 1 / ratio : ratio, 2 * Sigma);
    }

    private static double Time(double growth, double rate) => growth >= 1 ? Math.Log(growth) / rate : double.PositiveInfinity;
}
