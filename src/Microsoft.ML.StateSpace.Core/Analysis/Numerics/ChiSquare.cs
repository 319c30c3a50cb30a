namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// Tails of the chi-square and the normal distribution, from the incomplete gamma function: its series below the mode, its continued
/// fraction above (Abramowitz, Stegun, "Handbook of Mathematical Functions", 6.1.41, 6.5.29, 6.5.31).
/// </summary>
internal static class ChiSquare
{
    private const double Precision = 1e-16;
    private const int MostTerms = 100_000;

    /// <summary>The probability that a chi-square variable of that many degrees of freedom exceeds x.</summary>
    public static double UpperTail(double x, double degrees) => UpperGamma(degrees / 2, x / 2);

    /// <summary>The z that a standard normal variable exceeds in magnitude with a probability in (0, 1).</summary>
    public static double NormalBound(double probability)
    {
        double low = 0, high = 40;
        for (int k = 0; k < 100; k++)
        {
            double middle = (low + high) / 2;
            if (UpperTail(middle * middle, 1) > probability)
                low = middle;
            else
                high = middle;
        }
        return high;
    }

    // Q(a, x), the share of the gamma function above x.
    private static double UpperGamma(double a, double x)
    {
        if (x <= 0)
            return 1;
        if (double.IsPositiveInfinity(x))
            return 0;
        double front = Math.Exp(a * Math.Log(x) - x - LogGamma(a));
        return x < a + 1 ? 1 - front * Series(a, x) : front * Fraction(a, x);
    }

    // sum of x^k / (a (a + 1) ... (a + k))
    private static double Series(double a, double x)
    {
        double term = 1 / a, sum = term;
        for (int k = 1; k < MostTerms && term > Precision * sum; k++)
            sum += term *= x / (a + k);
        return sum;
    }

    // 1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - 2 (2 - a) / ...)), by the method of Lentz.
    private static double Fraction(double a, double x)
    {
        double b = x + 1 - a, ratio = 1e300, inverse = 1 / b, value = inverse;
        for (int k = 1; k < MostTerms; k++)
        {
            double term = k * (a - k);
            b += 2;
            inverse = 1 / (term * inverse + b);
            ratio = b + term / ratio;
            value *= inverse * ratio;
            if (Math.Abs(inverse * ratio - 1) < Precision)
                break;
        }
        return value;
    }

    // Stirling's series, from an argument that is large enough for it.
    private static double LogGamma(double a)
    {
        double shift = 0;
        for (; a < 20; a++)
            shift += Math.Log(a);
        double square = 1 / (a * a);
        double series = (1 / 12.0 - square * (1 / 360.0 - square * (1 / 1260.0 - square * (1 / 1680.0 - square / 1188)))) / a;
        return (a - 0.5) * Math.Log(a) - a + 0.5 * Math.Log(Math.Tau) + series - shift;
    }
}
