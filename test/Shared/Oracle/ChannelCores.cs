using System.Numerics;

namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>The cores with a system of its own for every channel, by the plain recurrence.</summary>
internal static class ChannelCores
{
    /// <summary>
    /// <c>x_t = lb x_{t-1} + f B u_t, y_t = 2 Re(C x_t) + D u_t</c>; backwards in time too where there is a CReverse (Gu et al. 2022,
    /// section 3). Where there are intervals, the step size of a step is multiplied by its interval: the one that leads to it, or against
    /// time away from it.
    /// </summary>
    public static double[][] S4D(OracleParameters p, double[][] u, Discretization discretization, double[]? intervals = null)
    {
        int size = p["D"].Length, states = p["LambdaIm"].Length / size;
        double[][] y = [.. u.Select(row => row.Zip(p["D"], (value, d) => d * value).ToArray())];
        double[] before = intervals is null or [] ? [.. u.Select(_ => 1.0)] : intervals, behind = [.. before.Skip(1).Append(1)];
        for (int h = 0; h < size; h++)
        {
            for (int n = 0; n < states; n++)
            {
                Complex b = p.Has("B") ? At(p["B"], h, n, states) : 1;
                foreach (string readOut in p.Has("CReverse") ? (string[])["C", "CReverse"] : ["C"])
                {
                    Complex c = At(p[readOut], h, n, states), x = 0;
                    foreach (int t in readOut == "C" ? Enumerable.Range(0, u.Length) : Enumerable.Range(0, u.Length).Reverse())
                    {
                        var (pole, factor) = Pole(p, h, n, states, discretization, (readOut == "C" ? before : behind)[t]);
                        x = pole * x + factor * b * u[t][h];
                        y[t][h] += 2 * (c * x).Real;
                    }
                }
            }
        }
        return y;
    }

    /// <summary>
    /// <c>x_t = Ab x_{t-1} + Bb u_t, y_t = Re(C x_t) + D u_t</c> with the dense matrix A = Lambda - P P^* over both members of each
    /// conjugate pair and the bilinear map <c>Ab = (I - s/2 A)^-1 (I + s/2 A), Bb = (I - s/2 A)^-1 s B</c> (Gu, Goel, Re 2022, sections 2.3
    /// and 3.2).
    /// </summary>
    public static double[][] S4(OracleParameters p, double[][] u)
    {
        int size = p["D"].Length;
        double[][] y = [.. u.Select(row => row.Zip(p["D"], (value, d) => d * value).ToArray())];
        for (int h = 0; h < size; h++)
        {
            var (matrix, input) = DenseS4(p, h);
            int full = input.Length;
            foreach (string readOut in p.Has("CReverse") ? (string[])["C", "CReverse"] : ["C"])
            {
                var x = new Complex[full];
                foreach (int t in readOut == "C" ? Enumerable.Range(0, u.Length) : Enumerable.Range(0, u.Length).Reverse())
                {
                    x = [.. Enumerable.Range(0, full)
                        .Select(i => Enumerable.Range(0, full).Aggregate(input[i] * u[t][h], (sum, j) => sum + matrix[i, j] * x[j]))];
                    for (int n = 0; n < full; n++)
                        y[t][h] += (Pair(p[readOut], h, n, full / 2) * x[n]).Real;
                }
            }
        }
        return y;
    }

    private static (Complex[,] Matrix, Complex[] Input) DenseS4(OracleParameters p, int channel)
    {
        int states = p["LambdaIm"].Length / p["D"].Length, full = 2 * states;
        double step = Math.Exp(p["LogStep"][channel]);
        // (I - s/2 A) [Ab, Bb] = [I + s/2 A, s B], by elimination with pivots.
        var rows = new Complex[full, 2 * full + 1];
        for (int i = 0; i < full; i++)
        {
            for (int j = 0; j < full; j++)
            {
                Complex a = -Pair(p["P"], channel, i, states) * Complex.Conjugate(Pair(p["P"], channel, j, states));
                if (i == j)
                    a += new Complex(-Math.Exp(p["LambdaReLog"][channel * states + i % states]),
                        (i < states ? 1 : -1) * p["LambdaIm"][channel * states + i % states]);
                rows[i, j] = (i == j ? 1 : 0) - step / 2 * a;
                rows[i, full + j] = (i == j ? 1 : 0) + step / 2 * a;
            }
            rows[i, 2 * full] = step * Pair(p["B"], channel, i, states);
        }
        for (int k = 0; k < full; k++)
        {
            int pivot = Enumerable.Range(k, full - k).MaxBy(i => Complex.Abs(rows[i, k]));
            for (int j = 0; j <= 2 * full; j++)
                (rows[k, j], rows[pivot, j]) = (rows[pivot, j], rows[k, j]);
            for (int i = 0; i < full; i++)
            {
                Complex factor = rows[i, k] / rows[k, k];
                for (int j = 2 * full; j >= k && i != k; j--)
                    rows[i, j] -= factor * rows[k, j];
            }
        }
        var (matrix, input) = (new Complex[full, full], new Complex[full]);
        for (int i = 0; i < full; i++)
        {
            for (int j = 0; j < full; j++)
                matrix[i, j] = rows[i, full + j] / rows[i, i];
            input[i] = rows[i, 2 * full] / rows[i, i];
        }
        return (matrix, input);
    }

    // Of an (H, 2, N) parameter: the stored state n, or behind them the conjugate partner.
    private static Complex Pair(double[] values, int channel, int n, int states)
        => n < states ? At(values, channel, n, states) : Complex.Conjugate(At(values, channel, n - states, states));

    /// <summary><c>K_l = 2 Re sum_n C_n f_n B_n lb_n^l</c> of one channel.</summary>
    public static double[] S4DKernel(OracleParameters p, int channel, int length, Discretization discretization, string readOut = "C")
    {
        int states = p["LambdaIm"].Length / p["D"].Length;
        var kernel = new double[length];
        for (int n = 0; n < states; n++)
        {
            var (pole, factor) = Pole(p, channel, n, states, discretization);
            Complex b = p.Has("B") ? At(p["B"], channel, n, states) : 1;
            for (int l = 0; l < length; l++)
                kernel[l] += 2 * (At(p[readOut], channel, n, states) * factor * b * Complex.Pow(pole, l)).Real;
        }
        return kernel;
    }

    /// <summary>
    /// S4D's kernels through the spectrum over F frequencies, F the smallest power of two of at least 2 T: <c>y = irfft((1 + j / F)^beta
    /// (K_j + conj K'_j) U_j) + D u</c>.
    /// </summary>
    public static double[][] SobolevS4D(OracleParameters p, double[][] u, Discretization discretization)
    {
        int length = u.Length, size = p["D"].Length, frequencies = 2;
        while (frequencies < 2 * length)
            frequencies *= 2;
        var y = Enumerable.Range(0, length).Select(_ => new double[size]).ToArray();
        for (int h = 0; h < size; h++)
        {
            // The kernel of time differences -T + 1 ... T - 1, without and with the feed-through.
            double[] kernel = new double[frequencies];
            S4DKernel(p, h, length, discretization).CopyTo(kernel, 0);
            if (p.Has("CReverse"))
            {
                double[] reverse = S4DKernel(p, h, length, discretization, "CReverse");
                for (int l = 0; l < length; l++)
                    kernel[l == 0 ? 0 : frequencies - l] += reverse[l];
            }
            kernel[0] += p["D"][h];
            double[] input = [.. u.Select(row => row[h]), .. new double[frequencies - length]];
            double[] output = Filtered(kernel, input, p["SobolevExponent"][h]);
            for (int t = 0; t < length; t++)
                y[t][h] = output[t];
        }
        return y;
    }

    /// <summary><c>irfft(rfft(k) rfft(u) (1 + j / F)^beta)</c>, F the number of samples of both (Yu et al. 2025, section 4).</summary>
    public static double[] Filtered(double[] kernel, double[] input, double exponent)
    {
        int count = kernel.Length;
        var output = new double[count];
        for (int j = 0; j < count; j++)
        {
            Complex product = At(kernel, j) * At(input, j) * Math.Pow(1 + (double)Math.Min(j, count - j) / count, exponent);
            for (int t = 0; t < count; t++)
                output[t] += (product * Complex.FromPolarCoordinates(1, Math.Tau * (j * t % count) / count)).Real / count;
        }
        return output;

        Complex At(double[] x, int frequency)
        {
            Complex sum = 0;
            for (int t = 0; t < count; t++)
                sum += x[t] * Complex.FromPolarCoordinates(1, -Math.Tau * (frequency * t % count) / count);
            return sum;
        }
    }

    private static (Complex Pole, Complex Factor) Pole(
        OracleParameters p, int channel, int state, int states, Discretization discretization, double interval = 1)
    {
        var lambda = new Complex(-Math.Exp(p["LambdaReLog"][channel * states + state]), p["LambdaIm"][channel * states + state]);
        double step = interval * Math.Exp(p["LogStep"][channel]);
        Complex z = lambda * step;
        return discretization == Discretization.ZeroOrderHold ? (Complex.Exp(z), (Complex.Exp(z) - 1) / lambda)
            : ((1 + z / 2) / (1 - z / 2), step / (1 - z / 2));
    }

    // Of an (H, 2, N) parameter.
    private static Complex At(double[] values, int channel, int state, int states)
        => new(values[2 * channel * states + state], values[(2 * channel + 1) * states + state]);
}
