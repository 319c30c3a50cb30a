using System.Numerics;

namespace Microsoft.ML.StateSpace.Testing;

/// <summary>What the kernels compute, in double and one element at a time, straight from the formulas.</summary>
internal static class KernelOracle
{
    /// <summary>An element of op(a) op(b), and the sum of the magnitudes of its terms.</summary>
    public static (double Value, double Magnitude) Product(
        int i, int j, int k, float[] a, int strideA, bool transposeA, float[] b, int strideB, bool transposeB)
    {
        double value = 0, magnitude = 0;
        for (int p = 0; p < k; p++)
        {
            double left = transposeA ? a[p * strideA + i] : a[i * strideA + p],
                right = transposeB ? b[j * strideB + p] : b[p * strideB + j];
            double term = left * right;
            value += term;
            magnitude += Math.Abs(term);
        }
        return (value, magnitude);
    }

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    public static double Silu(double x) => x * Sigmoid(x);

    public static double Elu(double x) => x > 0 ? x : Math.Exp(x) - 1;

    // log(1 + e) is 2 atanh(e / (2 + e)), which keeps the digits of a small e.
    public static double Softplus(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        return Math.Max(x, 0) + 2 * Math.Atanh(e / (2 + e));
    }

    // 0.5 (1 + tanh(u)) is sigmoid(2u), which in double keeps its digits where 1 + tanh loses them.
    public static double Gelu(double x) => x * Sigmoid(GeluExponent(x));

    /// <summary><c>x Phi(x)</c>.</summary>
    public static double ExactGelu(double x) => x * Normal(x);

    public static double ExactGeluDerivative(double x) => Normal(x) + x * Density(x);

    // Phi(x) = 1/2 + phi(x) (x + x^3 / 3 + x^5 / 15 + ...), whose error is one of rounding for |x| up to 10; beyond it is 0 or 1.
    private static double Normal(double x)
    {
        if (Math.Abs(x) > 10)
            return x > 0 ? 1 : 0;
        double sum = 0, term = x;
        for (int k = 1; Math.Abs(term) > 1e-20 && k < 1000; k++)
        {
            sum += term;
            term *= x * x / (2 * k + 1);
        }
        return 0.5 + Density(x) * sum;
    }

    private static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    public static double GeluDerivative(double x)
    {
        double s = Sigmoid(GeluExponent(x)), slope = 2 * Math.Sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
        return s + x * s * Sigmoid(-GeluExponent(x)) * slope;
    }

    private static double GeluExponent(double x) => 2 * Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);

    /// <summary>x of <c>x_t = lambda x_{t-1} + v_t</c>, (length, N), in the order of the rows whatever the direction.</summary>
    public static Complex[,] Scan(float[] lambda, float[] v, bool reverse)
    {
        int states = lambda.Length / 2, length = v.Length / lambda.Length;
        var x = new Complex[length, states];
        for (int n = 0; n < states; n++)
        {
            Complex pole = At(lambda, 0, n, states), state = 0;
            for (int i = 0; i < length; i++)
            {
                int t = reverse ? length - 1 - i : i;
                x[t, n] = state = pole * state + At(v, t, n, states);
            }
        }
        return x;
    }

    /// <summary>The gradients of v and of lambda, given that of x.</summary>
    public static (Complex[,] Rows, Complex[] Lambda) ScanGradient(float[] lambda, float[] v, float[] gradient, bool reverse)
    {
        int states = lambda.Length / 2, length = v.Length / lambda.Length;
        var x = Scan(lambda, v, reverse);
        var (rows, poles) = (new Complex[length, states], new Complex[states]);
        for (int n = 0; n < states; n++)
        {
            Complex pole = At(lambda, 0, n, states), s = 0;
            for (int i = length - 1; i >= 0; i--)
            {
                int t = reverse ? length - 1 - i : i, before = reverse ? t + 1 : t - 1;
                rows[t, n] = s = At(gradient, t, n, states) + Complex.Conjugate(pole) * s;
                if (i > 0)
                    poles[n] += s * Complex.Conjugate(x[before, n]);
            }
        }
        return (rows, poles);
    }

    /// <summary>The complex number n of row t in (length, 2, N).</summary>
    public static Complex At(float[] rows, int t, int n, int states) => new(rows[t * 2 * states + n], rows[t * 2 * states + states + n]);

    /// <summary>LayerNorm of one row, or RMSNorm with <paramref name="centered"/> false and no bias; also its mean and 1 / root.</summary>
    public static (double[] Y, double Mean, double Rstd) Norm(ReadOnlySpan<double> x, double[] scale, double[]? bias, bool centered)
    {
        int width = x.Length;
        double mean = 0, square = 0;
        for (int j = 0; j < width && centered; j++)
            mean += x[j] / width;
        for (int j = 0; j < width; j++)
            square += (x[j] - mean) * (x[j] - mean) / width;
        double rstd = 1 / Math.Sqrt(square + 1e-5);
        var y = new double[width];
        for (int j = 0; j < width; j++)
            y[j] = (x[j] - mean) * rstd * scale[j] + (bias?[j] ?? 0);
        return (y, mean, rstd);
    }
}
