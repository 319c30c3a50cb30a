using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
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
        double[] row = new double[size], real = new double[count * size], imaginary = new double[count * size];
        for (int p = 0; p < full; p++)
        {
            for (int h = 0; h < size; h++)
                row[h] = Initialize.TruncatedGaussian(random) / Math.Sqrt(full);
            int first = p / block * half;
            for (int n = first; n < first + half; n++)
            {
                var v = vectors[p % block, n - first];
                AddScaled(row, v.Real, real.AsSpan(n * size, size));
                AddScaled(row, -v.Imaginary, imaginary.AsSpan(n * size, size));
            }
        }
        for (int i = 0; i < real.Length; i++)
            (values[i], values[real.Length + i]) = ((float)real[i], (float)imaginary[i]);
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
        double[] real = new double[count], imaginary = new double[count];
        var (vectorsReal, vectorsImaginary) = Planes(vectors);
        for (int h = 0; h < size; h++)
        {
            real.AsSpan().Clear();
            imaginary.AsSpan().Clear();
            for (int p = 0; p < full; p++)
            {
                double re = Initialize.TruncatedGaussian(random) / Math.Sqrt((double)rows * full),
                    im = Initialize.TruncatedGaussian(random) / Math.Sqrt((double)rows * full);
                int row = p % block * half;
                ReadOnlySpan<double> vRe = vectorsReal.AsSpan(row, half), vIm = vectorsImaginary.AsSpan(row, half);
                Span<double> sumRe = real.AsSpan(p / block * half, half), sumIm = imaginary.AsSpan(p / block * half, half);
                AddScaled(vRe, re, sumRe);
                AddScaled(vIm, -im, sumRe);
                AddScaled(vIm, re, sumIm);
                AddScaled(vRe, im, sumIm);
            }
            for (int n = 0; n < count; n++)
            {
                values[h * 2 * count + n] = (float)real[n];
                values[h * 2 * count + count + n] = (float)imaginary[n];
            }
        }
    };

    private static (double[] Real, double[] Imaginary) Planes(Complex[,] matrix)
    {
        var flat = MemoryMarshal.CreateReadOnlySpan(ref matrix[0, 0], matrix.Length);
        double[] real = new double[flat.Length], imaginary = new double[flat.Length];
        for (int i = 0; i < flat.Length; i++)
            (real[i], imaginary[i]) = (flat[i].Real, flat[i].Imaginary);
        return (real, imaginary);
    }

    private static void AddScaled(ReadOnlySpan<double> values, double factor, Span<double> sum)
        => TensorPrimitives.MultiplyAdd(values, factor, sum, sum);
}
