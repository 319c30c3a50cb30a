using System.Numerics;

namespace Microsoft.ML.StateSpace.Parameters;

/// <summary>
/// The normal part of the HiPPO-LegS matrix and its eigenvectors (Gu, Goel, Re, "S4", ICLR 2022, arXiv:2111.00396; S5 appendix B).
/// <c>S = A + P P^T = -I/2 + K</c>, where K is skew-symmetric with <c>K_nk = -sqrt((2n+1)(2k+1))/2</c> for n &gt; k. The eigenvalues of S
/// are <c>-1/2 +- i w</c>, and they follow from scalar equations.
/// </summary>
/// <remarks>
/// Let <c>K v = -i w v</c>, <c>z = 1 / (2w)</c> and <c>b_n = 2n + 1</c>. The difference of two neighbouring rows holds two entries of v
/// alone, <c>v_{n+1} sqrt(b_n) (1 + i b_{n+1} z) = v_n sqrt(b_{n+1}) (1 - i b_n z)</c>. So, but for a common factor,
/// <c>v_n = sqrt(b_n) / (1 + i b_n z) prod_{k &lt; n} (1 - i b_k z) / (1 + i b_k z)</c>, and each factor of the product only turns by
/// <c>-2 atan(b_k z)</c>. The sum of the first and the last row asks that all N factors turn by an odd multiple of pi:
/// <c>sum_n atan(b_n z) = (j - 1/2) pi</c> for j = 1 ... N/2. The left side rises with z, so every j has one root.
/// </remarks>
internal static class Hippo
{
    // The layers of a network ask for the same eigenvectors, so the last result is kept.
    private static volatile Half? _last;

    /// <summary>
    /// The eigenpairs of S whose eigenvalue has a negative imaginary part, one of each conjugate pair, in ascending order of that imaginary
    /// part.
    /// </summary>
    /// <param name="size">Size of S; even.</param>
    /// <param name="cancellation">Looked at for every eigenpair.</param>
    /// <returns>Eigenvalues, (size/2), and unit eigenvectors, one a column, (size, size/2); the first entry of each is positive. They are
    /// only to be read, since other callers may be given the same ones.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static (Complex[] Values, Complex[,] Vectors) LegSHalf(int size, CancellationToken cancellation = default)
    {
        var half = _last;
        if (half?.Size != size)
            _last = half = Decompose(size, cancellation);
        return (half.Values, half.Vectors);
    }

    private static Half Decompose(int size, CancellationToken cancellation)
    {
        var values = new Complex[size / 2];
        var vectors = new Complex[size, size / 2];
        double z = 0;
        for (int pair = 0; pair < values.Length; pair++)
        {
            cancellation.ThrowIfCancellationRequested();
            z = Root(z, (pair + 0.5) * Math.PI, size);
            values[pair] = new Complex(-0.5, -0.5 / z);
            SetVector(z, vectors, pair, size);
        }
        return new Half(size, values, vectors);
    }

    // Newton's method. The sum is concave in z, so its tangent lies above it, and the steps come to the root from below without passing it.
    // They end where rounding leaves nothing to add.
    private static double Root(double z, double target, int size)
    {
        while (true)
        {
            double sum = 0, slope = 0;
            for (int n = 0; n < size; n++)
            {
                double b = 2 * n + 1, x = b * z;
                sum += Math.Atan(x);
                slope += b / (1 + x * x);
            }
            double next = z + (target - sum) / slope;
            if (!(next > z * (1 + 1e-15)))
                return z;
            z = next;
        }
    }

    private static void SetVector(double z, Complex[,] vectors, int column, int size)
    {
        double norm = 0;
        for (int n = 0; n < size; n++)
        {
            double b = 2 * n + 1;
            norm += b / (1 + b * z * b * z);
        }
        double scale = 1 / Math.Sqrt(norm), angle = Math.Atan(z);
        for (int n = 0; n < size; n++)
        {
            double b = 2 * n + 1, turn = Math.Atan(b * z);
            vectors[n, column] = Complex.FromPolarCoordinates(scale * Math.Sqrt(b / (1 + b * z * b * z)), angle - turn);
            angle -= 2 * turn;
        }
    }

    private sealed record Half(int Size, Complex[] Values, Complex[,] Vectors);
}
