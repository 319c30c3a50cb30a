using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// The largest eigenvalue of a symmetric operator on real vectors, here pairs of reals in complex numbers, by Lanczos' iteration with every
/// vector kept orthogonal to all before it (Golub, Van Loan, "Matrix Computations", 10.3). The result does not exceed it.
/// </summary>
internal static class Lanczos
{
    /// <param name="apply">The operator.</param>
    /// <param name="size">Complex numbers of a vector.</param>
    /// <param name="steps">The most applications of the operator.</param>
    public static double Largest(Func<Complex[], Complex[]> apply, int size, int steps = 20)
    {
        var random = new Random(1);
        Complex[] vector = new Complex[size];
        for (int i = 0; i < size; i++)
            vector[i] = new(Initialize.Gaussian(random), Initialize.Gaussian(random));
        var basis = new List<Complex[]>();
        List<double> diagonal = [], beside = [];
        double norm = Norm(vector), largest = 0;
        for (int step = 0; step < Math.Min(steps, 2 * size) && norm > 1e-12 * largest; step++)
        {
            basis.Add(Scale(vector, 1 / norm));
            vector = apply(basis[^1]);
            diagonal.Add(Dot(basis[^1], vector));
            // Twice, so that what rounding leaves of the first time is gone too.
            for (int time = 0; time < 2; time++)
                foreach (var before in basis)
                    Subtract(vector, before, Dot(before, vector));
            norm = Norm(vector);
            beside.Add(norm);
            largest = Tridiagonal.LargestEigenvalue(diagonal, beside);
        }
        return largest;
    }

    private static Complex[] Scale(Complex[] vector, double factor) => [.. vector.Select(value => value * factor)];

    private static void Subtract(Complex[] vector, Complex[] other, double factor)
    {
        for (int i = 0; i < vector.Length; i++)
            vector[i] -= factor * other[i];
    }

    /// <summary>The inner product of the pairs of reals.</summary>
    public static double Dot(Complex[] a, Complex[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i].Real * b[i].Real + a[i].Imaginary * b[i].Imaginary;
        return sum;
    }

    private static double Norm(Complex[] vector) => Math.Sqrt(Dot(vector, vector));
}
