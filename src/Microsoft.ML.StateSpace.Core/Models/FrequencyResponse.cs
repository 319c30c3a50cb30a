using System.Numerics;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>The largest singular value of <c>G(e^{iw}) = C (e^{iw} I - A)^-1 B + D</c> over frequencies, as data for a plot.</summary>
/// <param name="Frequencies">w in radians a time step, from 0 to pi.</param>
/// <param name="Gains">The largest singular value there.</param>
public sealed record FrequencyResponse(IReadOnlyList<double> Frequencies, IReadOnlyList<double> Gains)
{
    private const int MostIterations = 2000;

    /// <summary>At <paramref name="points"/> frequencies, evenly spaced.</summary>
    internal static FrequencyResponse Of(LinearSystem system, int points)
    {
        var frequencies = new double[points];
        var gains = new double[points];
        for (int i = 0; i < points; i++)
        {
            frequencies[i] = Math.PI * i / (points - 1);
            gains[i] = LargestSingularValue(Transfer(system, Complex.FromPolarCoordinates(1, frequencies[i])));
        }
        return new FrequencyResponse(frequencies, gains);
    }

    /// <summary>G(z).</summary>
    private static Complex[,] Transfer(LinearSystem system, Complex z)
    {
        int order = system.Order, inputs = system.B.GetLength(1), outputs = system.C.GetLength(0);
        // Gauss on [z I - A, B]
        var rows = new Complex[order][];
        for (int i = 0; i < order; i++)
        {
            rows[i] = new Complex[order + inputs];
            for (int j = 0; j < order; j++)
                rows[i][j] = (i == j ? z : 0) - system.A[i, j];
            for (int j = 0; j < inputs; j++)
                rows[i][order + j] = system.B[i, j];
        }
        for (int k = 0; k < order; k++)
        {
            int pivot = k;
            for (int i = k + 1; i < order; i++)
                if (Complex.Abs(rows[i][k]) > Complex.Abs(rows[pivot][k]))
                    pivot = i;
            (rows[k], rows[pivot]) = (rows[pivot], rows[k]);
            for (int i = k + 1; i < order; i++)
            {
                if (rows[i][k] == 0)
                    continue;
                Complex factor = rows[i][k] / rows[k][k];
                for (int j = k + 1; j < order + inputs; j++)
                    rows[i][j] -= factor * rows[k][j];
            }
        }
        for (int k = order - 1; k >= 0; k--)
        {
            for (int j = order; j < order + inputs; j++)
            {
                for (int i = k + 1; i < order; i++)
                    rows[k][j] -= rows[k][i] * rows[i][j];
                rows[k][j] /= rows[k][k];
            }
        }
        var transfer = new Complex[outputs, inputs];
        for (int o = 0; o < outputs; o++)
            for (int j = 0; j < inputs; j++)
            {
                transfer[o, j] = system.D[o, j];
                for (int i = 0; i < order; i++)
                    transfer[o, j] += system.C[o, i] * rows[i][order + j];
            }
        return transfer;
    }

    // By the power iteration of G^* G, from below.
    private static double LargestSingularValue(Complex[,] matrix)
    {
        int rows = matrix.GetLength(0), columns = matrix.GetLength(1);
        var random = new Random(1);
        var vector = new Complex[columns];
        for (int j = 0; j < columns; j++)
            vector[j] = new Complex(random.NextDouble() - 0.5, random.NextDouble() - 0.5);
        var image = new Complex[rows];
        double value = 0;
        for (int iteration = 0; iteration < MostIterations; iteration++)
        {
            double norm = Math.Sqrt(vector.Sum(c => c.Real * c.Real + c.Imaginary * c.Imaginary));
            if (norm == 0)
                return 0;
            for (int i = 0; i < rows; i++)
            {
                image[i] = 0;
                for (int j = 0; j < columns; j++)
                    image[i] += matrix[i, j] * vector[j] / norm;
            }
            double next = Math.Sqrt(image.Sum(c => c.Real * c.Real + c.Imaginary * c.Imaginary));
            if (next <= value * (1 + 1e-14))
                return Math.Max(next, value);
            value = next;
            for (int j = 0; j < columns; j++)
            {
                vector[j] = 0;
                for (int i = 0; i < rows; i++)
                    vector[j] += Complex.Conjugate(matrix[i, j]) * image[i];
            }
        }
        return value;
    }
}
