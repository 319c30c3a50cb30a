using System.Numerics;

namespace Microsoft.ML.StateSpace.Parameters;

/// <summary>
/// The normal part of the HiPPO-LegS matrix and its eigenvectors (Gu, Goel, Re, "S4", ICLR 2022, arXiv:2111.00396; S5 appendix B).
/// <c>S = A + P P^T = -I/2 + K</c>, where K is skew-symmetric with <c>K_nk = -sqrt((2n+1)(2k+1))/2</c> for n &gt; k. The eigenvalues of S
/// are <c>-1/2 +- i w</c>.
/// </summary>
internal static class Hippo
{
    // The eigenvectors of size 128 take some 80 ms, and the layers of a network ask for the same ones, so the last result is kept.
    private static volatile Half? _last;

    /// <summary>
    /// The eigenpairs of S whose eigenvalue has a negative imaginary part, one of each conjugate pair, in ascending order of that imaginary
    /// part.
    /// </summary>
    /// <param name="size">Size of S; even.</param>
    /// <returns>Eigenvalues, (size/2), and unit eigenvectors, one a column, (size, size/2). They are only to be read, since other callers
    /// may be given the same ones.</returns>
    public static (Complex[] Values, Complex[,] Vectors) LegSHalf(int size)
    {
        var half = _last;
        if (half?.Size != size)
            _last = half = Decompose(size);
        return (half.Values, half.Vectors);
    }

    private static Half Decompose(int size)
    {
        var skew = new double[size, size];
        for (int n = 0; n < size; n++)
        {
            for (int k = 0; k < n; k++)
            {
                skew[n, k] = -0.5 * Math.Sqrt((2.0 * n + 1) * (2.0 * k + 1));
                skew[k, n] = -skew[n, k];
            }
        }
        // K^T K is symmetric and has every w^2 twice as an eigenvalue. For an eigenvector r of it, v = (r - i K r / w) / sqrt(2) satisfies
        // K v = i w v, and its conjugate satisfies K v* = -i w v*.
        var gram = new double[size, size];
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++)
                for (int k = 0; k < size; k++)
                    gram[i, j] += skew[k, i] * skew[k, j];
        var (squares, rotations) = SymmetricEigen.Decompose(gram);
        int[] order = [.. Enumerable.Range(0, size).OrderByDescending(i => squares[i])];

        int half = size / 2;
        var values = new Complex[half];
        var vectors = new Complex[size, half];
        var image = new double[size];
        for (int pair = 0; pair < half; pair++)
        {
            int column = order[2 * pair];
            double norm = 0;
            for (int i = 0; i < size; i++)
            {
                image[i] = 0;
                for (int j = 0; j < size; j++)
                    image[i] += skew[i, j] * rotations[j, column];
                norm += image[i] * image[i];
            }
            double frequency = Math.Sqrt(norm);
            values[pair] = new Complex(-0.5, -frequency);
            for (int i = 0; i < size; i++)
                vectors[i, pair] = new Complex(rotations[i, column], image[i] / frequency) / Math.Sqrt(2);
        }
        return new Half(size, values, vectors);
    }

    private sealed record Half(int Size, Complex[] Values, Complex[,] Vectors);
}
