using System.Numerics;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Roots of polynomials of low degree.</summary>
internal static class Polynomial
{
    private const int Iterations = 500;

    /// <summary>
    /// The n roots of <c>z^n - a_1 z^(n-1) - ... - a_n</c>, all at once by the iteration of Weierstrass (Durand and Kerner). A root that is
    /// real but for rounding is real.
    /// </summary>
    public static Complex[] Roots(ReadOnlySpan<double> a)
    {
        int n = a.Length;
        var roots = new Complex[n];
        for (int i = 0; i < n; i++)
            roots[i] = Complex.FromPolarCoordinates(0.9, 2 * Math.PI * i / n + 0.3);
        double moved = 1;
        for (int iteration = 0; iteration < Iterations && moved > 1e-14; iteration++)
        {
            moved = 0;
            for (int i = 0; i < n; i++)
            {
                Complex value = Complex.One, slope = Complex.One;
                for (int k = 0; k < n; k++)
                {
                    value = value * roots[i] - a[k];
                    slope *= k == i ? 1 : roots[i] - roots[k];
                }
                // Two estimates that meet are parted.
                var step = slope == Complex.Zero ? new Complex(1e-8, 1e-8) : value / slope;
                roots[i] -= step;
                moved = Math.Max(moved, step.Magnitude);
            }
        }
        for (int i = 0; i < n; i++)
            if (Math.Abs(roots[i].Imaginary) < 1e-9)
                roots[i] = roots[i].Real;
        return roots;
    }
}
