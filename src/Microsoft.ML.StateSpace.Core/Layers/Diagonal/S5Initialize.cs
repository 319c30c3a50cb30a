using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// S5's initial B and C (appendix B.1.2). Real (or complex) random matrices for the full state size P = 2N are taken to the coordinates of
/// the eigenvectors V: <c>B~ = V^* B</c>, <c>C~ = C V</c>. Of each conjugate pair one is kept.
/// V is block diagonal. Every block holds the eigenvectors of HiPPO-LegS, (R, R/2).
/// </summary>
internal static class S5Initialize
{
    /// <summary>B, (2, N, H), from a real (P, H) matrix of variance 1/P.</summary>
    public static Initializer InputMatrix(Lazy<(Complex[] Values, Complex[,] Vectors)> hippo, int size) => (values, random) =>
    {
        var vectors = hippo.Value.Vectors;
        int count = values.Length / (2 * size), full = 2 * count, block = vectors.GetLength(0), half = block / 2;
        var start = new double[full, size];
        for (int p = 0; p < full; p++)
            for (int h = 0; h < size; h++)
                start[p, h] = Initialize.TruncatedGaussian(random) / Math.Sqrt(full);
        for (int n = 0; n < count; n++)
        {
            for (int h = 0; h < size; h++)
            {
                Complex sum = 0;
                for (int r = 0; r < block; r++)
                    sum += Complex.Conjugate(vectors[r, n % half]) * start[n / half * block + r, h];
                values[n * size + h] = (float)sum.Real;
                values[(count + n) * size + h] = (float)sum.Imaginary;
            }
        }
    };

    /// <summary>C, (H, 2, N).</summary>
    public static Initializer OutputMatrix(
        S5OutputInitialization kind, Lazy<(Complex[] Values, Complex[,] Vectors)> hippo, int size) => kind switch
    {
        S5OutputInitialization.ComplexNormal => Initialize.Normal(Math.Sqrt(0.5)),
        S5OutputInitialization.LecunNormal => OutputMatrix(hippo, size, rows: size),
        _ => OutputMatrix(hippo, size, rows: 1), // The code draws one row at a time, so its fan-in does not contain H.
    };

    // C V from a complex (H, P) matrix whose real and imaginary parts have variance 1 / (rows P).
    private static Initializer OutputMatrix(Lazy<(Complex[] Values, Complex[,] Vectors)> hippo, int size, int rows) => (values, random) =>
    {
        var vectors = hippo.Value.Vectors;
        int count = values.Length / (2 * size), full = 2 * count, block = vectors.GetLength(0), half = block / 2;
        var start = new Complex[full];
        for (int h = 0; h < size; h++)
        {
            for (int p = 0; p < full; p++)
                start[p] = new Complex(Initialize.TruncatedGaussian(random), Initialize.TruncatedGaussian(random))
                    / Math.Sqrt((double)rows * full);
            for (int n = 0; n < count; n++)
            {
                Complex sum = 0;
                for (int r = 0; r < block; r++)
                    sum += start[n / half * block + r] * vectors[r, n % half];
                values[h * 2 * count + n] = (float)sum.Real;
                values[h * 2 * count + count + n] = (float)sum.Imaginary;
            }
        }
    };
}
