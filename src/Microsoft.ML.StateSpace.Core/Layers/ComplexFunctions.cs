using System.Numerics;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>Functions that lose digits when written plainly.</summary>
internal static class ComplexFunctions
{
    /// <summary><c>exp(x) - 1</c>: Kahan's form, exact to a few ulp also near 0.</summary>
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
    public static Complex Expm1(Complex z)
    {
        double half = Math.Sin(z.Imaginary / 2);
        return new Complex(Expm1(z.Real) * Math.Cos(z.Imaginary) - 2 * half * half, Math.Exp(z.Real) * Math.Sin(z.Imaginary));
    }

    /// <summary><c>phi1(z) = (exp(z) - 1) / z</c>, 1 at 0.</summary>
    public static Complex Phi1(Complex z)
        => Complex.Abs(z) < 1e-4 ? 1 + z / 2 + z * z / 6 + z * z * z / 24 : Expm1(z) / z;

    /// <summary>The derivative <c>phi1'(z) = (exp(z) - phi1(z)) / z</c>, 1/2 at 0. The series below 0.05 keeps the digits that the difference cancels.</summary>
    public static Complex Phi1Derivative(Complex z)
    {
        if (Complex.Abs(z) >= 0.05)
            return (Complex.Exp(z) - Phi1(z)) / z;
        // sum over k of (k + 1) z^k / (k + 2)!
        Complex sum = 0, power = 1;
        double factorial = 2;
        for (int k = 0; k < 10; k++)
        {
            sum += (k + 1) * power / factorial;
            power *= z;
            factorial *= k + 3;
        }
        return sum;
    }
}
