using System.Numerics;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// The largest singular value of <c>G(e^{iw}) = C (e^{iw} I - A)^-1 B + D</c> at each of some frequencies, as data for a plot.
/// </summary>
/// <param name="Frequencies">w in radians a time step, from 0 to pi.</param>
/// <param name="Gains">The largest singular value at each frequency.</param>
public sealed record FrequencyResponse(IReadOnlyList<double> Frequencies, IReadOnlyList<double> Gains)
{
    // Shares of the value found so far. A step that gains less than Negligible is the last one. Where less than Breakdown is left of a
    // vector, it lies in the space already.
    private const double Negligible = 1e-13, Breakdown = 1e-11;

    /// <summary>The response at <paramref name="points"/> evenly spaced frequencies.</summary>
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

    /// <summary>G(z), (outputs, inputs); not finite where z is a pole.</summary>
    internal static Complex[,] Transfer(LinearSystem system, Complex z)
    {
        int order = system.Order, inputs = system.B.GetLength(1), outputs = system.C.GetLength(0);
        // Gaussian elimination on [z I - A, B]
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

    // The largest Ritz value of G^* G, by Lanczos with full reorthogonalisation. It approaches the largest eigenvalue from below, and is
    // exact when there are as many steps as columns.
    private static double LargestSingularValue(Complex[,] matrix)
    {
        int rows = matrix.GetLength(0), columns = matrix.GetLength(1);
        var basis = new List<Complex[]>();
        List<double> diagonal = [], beside = [];
        var random = new Random(1);
        Complex[] vector = [.. Enumerable.Range(0, columns).Select(_ => new Complex(random.NextDouble() - 0.5, random.NextDouble() - 0.5))],
            image = new Complex[rows];
        double norm = Norm(vector), value = 0;
        while (basis.Count < columns && norm > Breakdown * value && norm > 0)
        {
            if (basis.Count > 0)
                beside.Add(norm);
            Complex[] current = [.. vector.Select(c => c / norm)];
            basis.Add(current);
            vector = new Complex[columns];
            for (int i = 0; i < rows; i++)
            {
                image[i] = 0;
                for (int j = 0; j < columns; j++)
                    image[i] += matrix[i, j] * current[j];
                for (int j = 0; j < columns; j++)
                    vector[j] += Complex.Conjugate(matrix[i, j]) * image[i];
            }
            diagonal.Add(Math.Pow(Norm(image), 2));
            // Twice is enough (Kahan and Parlett).
            for (int pass = 0; pass < 2; pass++)
                foreach (var other in basis)
                    Remove(vector, other);
            norm = Norm(vector);
            double next = Tridiagonal.LargestEigenvalue(diagonal, beside);
            if (next - value <= Negligible * next)
                return Math.Sqrt(next);
            value = next;
        }
        return Math.Sqrt(value);
    }

    private static double Norm(Complex[] vector) => Math.Sqrt(vector.Sum(c => c.Real * c.Real + c.Imaginary * c.Imaginary));

    private static void Remove(Complex[] vector, Complex[] direction)
    {
        Complex part = 0;
        for (int j = 0; j < vector.Length; j++)
            part += Complex.Conjugate(direction[j]) * vector[j];
        for (int j = 0; j < vector.Length; j++)
            vector[j] -= part * direction[j];
    }
}
