namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>Small dense matrices, written out.</summary>
internal static class Dense
{
    public static double[,] Of(double[] values, int columns)
    {
        var matrix = new double[values.Length / columns, columns];
        for (int i = 0; i < values.Length; i++)
            matrix[i / columns, i % columns] = values[i];
        return matrix;
    }

    public static double[,] Identity(int size, double factor = 1)
    {
        var matrix = new double[size, size];
        for (int i = 0; i < size; i++)
            matrix[i, i] = factor;
        return matrix;
    }

    public static double[] Flat(this double[,] a) => [.. a.Cast<double>()];

    public static double[,] T(this double[,] a)
    {
        var transposed = new double[a.GetLength(1), a.GetLength(0)];
        for (int i = 0; i < a.GetLength(0); i++)
            for (int j = 0; j < a.GetLength(1); j++)
                transposed[j, i] = a[i, j];
        return transposed;
    }

    public static double[,] Plus(this double[,] a, double[,] b, double factor = 1)
    {
        var sum = (double[,])a.Clone();
        for (int i = 0; i < a.GetLength(0); i++)
            for (int j = 0; j < a.GetLength(1); j++)
                sum[i, j] += factor * b[i, j];
        return sum;
    }

    public static double[,] Times(this double[,] a, double factor) => new double[a.GetLength(0), a.GetLength(1)].Plus(a, factor);

    public static double[,] Times(this double[,] a, params double[][,] factors)
    {
        foreach (double[,] b in factors)
        {
            var product = new double[a.GetLength(0), b.GetLength(1)];
            for (int i = 0; i < a.GetLength(0); i++)
                for (int j = 0; j < b.GetLength(1); j++)
                    for (int k = 0; k < b.GetLength(0); k++)
                        product[i, j] += a[i, k] * b[k, j];
            a = product;
        }
        return a;
    }

    /// <summary>By Gauss and Jordan, with pivots.</summary>
    public static double[,] Inverse(this double[,] matrix)
    {
        int size = matrix.GetLength(0);
        var a = (double[,])matrix.Clone();
        var inverse = Identity(size);
        for (int k = 0; k < size; k++)
        {
            int pivot = Enumerable.Range(k, size - k).MaxBy(i => Math.Abs(a[i, k]));
            double value = a[pivot, k];
            for (int j = 0; j < size; j++)
            {
                (a[pivot, j], a[k, j]) = (a[k, j], a[pivot, j] / value);
                (inverse[pivot, j], inverse[k, j]) = (inverse[k, j], inverse[pivot, j] / value);
            }
            for (int i = 0; i < size; i++)
            {
                double factor = a[i, k];
                for (int j = 0; j < size && i != k; j++)
                {
                    a[i, j] -= factor * a[k, j];
                    inverse[i, j] -= factor * inverse[k, j];
                }
            }
        }
        return inverse;
    }

    /// <summary>L with L L^T = a.</summary>
    public static double[,] Cholesky(this double[,] a)
    {
        int size = a.GetLength(0);
        var factor = new double[size, size];
        for (int i = 0; i < size; i++)
            for (int j = 0; j <= i; j++)
            {
                double rest = a[i, j];
                for (int k = 0; k < j; k++)
                    rest -= factor[i, k] * factor[j, k];
                factor[i, j] = i == j ? Math.Sqrt(rest) : rest / factor[j, j];
            }
        return factor;
    }

    public static double Trace(this double[,] a) => Enumerable.Range(0, a.GetLength(0)).Sum(i => a[i, i]);

    /// <summary>The largest singular value, by the eigenvalues of the Gram matrix.</summary>
    public static double SpectralNorm(this double[,] a)
        => Math.Sqrt(Math.Max(0, SymmetricEigen.Decompose(a.T().Times(a)).Values.Max()));
}
