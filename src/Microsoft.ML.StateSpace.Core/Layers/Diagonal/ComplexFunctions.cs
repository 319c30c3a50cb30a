using System.Numerics;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>Functions that would lose digits if they were computed as they are written.</summary>
internal static class ComplexFunctions
{
    /// <summary><c>exp(x) - 1</c> in Kahan's form, which is exact to a few ulp also near 0.</summary>
    public static double Expm1(double x)
    {
        if (Math.Abs(x) > 0.5)
            return Math.Exp(x) - 1;
        double u = Math.Exp(x);
        if (u == 1)
            return x;
        return (u - 1) * x / Math.Log(u);
    }

    /// <summary><c>exp(z) - 1</c>.</summary>
    /// <param name="z">z.</param>
    /// <param name="power">exp(z).</param>
    public static Complex Expm1(Complex z, Complex power)
    {
        // exp(x) cos(y) - 1, with cos(y) = 1 - 2 sin(y/2)^2
        double half = Math.Sin(z.Imaginary / 2), versine = 2 * half * half;
        return new Complex(Expm1(z.Real) * (1 - versine) - versine, power.Imaginary);
    }

    /// <summary><c>phi1(z) = (exp(z) - 1) / z</c>, 1 at 0.</summary>
    /// <param name="z">z.</param>
    /// <param name="power">exp(z).</param>
    public static Complex Phi1(Complex z, Complex power)
        => Complex.Abs(z) < 1e-4 ? 1 + z / 2 + z * z / 6 + z * z * z / 24 : Expm1(z, power) / z;

    /// <summary>
    /// The derivative <c>phi1'(z) = (exp(z) - phi1(z)) / z</c>, 1/2 at 0. Where |z| is below 0.05 the difference would cancel digits, so a
    /// series is used instead.
    /// </summary>
    /// <param name="z">z.</param>
    /// <param name="power">exp(z).</param>
    /// <param name="phi1">phi1(z).</param>
    public static Complex Phi1Derivative(Complex z, Complex power, Complex phi1)
    {
        if (Complex.Abs(z) >= 0.05)
            return (power - phi1) / z;
        // sum over k of (k + 1) z^k / (k + 2)!
        Complex sum = 0, term = 1;
        double factorial = 2;
        for (int k = 0; k < 10; k++)
        {
            sum += (k + 1) * term / factorial;
            term *= z;
            factorial *= k + 3;
        }
        return sum;
    }
}
