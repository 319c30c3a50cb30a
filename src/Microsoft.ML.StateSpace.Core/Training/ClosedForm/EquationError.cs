using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Poles from data. The linear model <c>y_t = sum_i a_i y_{t-i} + sum_i b_i u_{t-i}</c> of one output is fitted to the next step by least
/// squares (ARX; Ljung, System Identification, 1999, section 4.2). What is kept are the poles and residues of <c>B / A</c>: filters that
/// resonate where the plant does, which a bank that is drawn at random finds only by chance. The order is the one whose free run is best on
/// the last quarter of the rows.
/// <para>
/// Rows are taken as if they were equally far apart, and the poles as those of a usual interval. Where intervals differ that is an
/// approximation, but of no harm: such a filter is one among many, and the read-out says what it is worth.
/// </para>
/// </summary>
internal static class EquationError
{
    private const double Penalty = 1e-9;

    // Poles are held inside of the unit circle, at the memory of this many records.
    private const double LongestMemory = 0.5;

    /// <summary>A filter with a pole and, for each input, the residue as its row of B.</summary>
    internal sealed record Mode(Complex Pole, Complex[] Residues);

    /// <summary>The modes of the best order, at most <paramref name="most"/>; a pair of conjugate poles is two modes.</summary>
    /// <param name="inputs">Packed rows, (rows, H), of about unit size.</param>
    /// <param name="channels">H.</param>
    /// <param name="starts">First row of each sequence, then the number of rows.</param>
    /// <param name="target">(rows), of about unit size; NaN where it is not known.</param>
    /// <param name="most">The largest order.</param>
    public static Mode[] Modes(ReadOnlySpan<float> inputs, int channels, ReadOnlySpan<int> starts, ReadOnlySpan<float> target, int most)
    {
        int rows = starts[^1], held = rows - rows / 4;
        most = Math.Min(most, held / (4 * (channels + 1)));
        if (most < 1)
            return [];
        Matrix part = Sums(inputs, channels, starts, target, most, held), all = Sums(inputs, channels, starts, target, most, rows);
        double least = double.PositiveInfinity;
        int bestA = 0, bestB = 0;
        for (int na = 1; na <= most; na++)
        {
            foreach (int nb in new[] { 0, na / 2, na }.Distinct())
            {
                if (Solve(part, channels, most, na, nb) is not { } model)
                    continue;
                double error = FreeRun(model, na, nb, inputs, channels, starts, target, held);
                if (error < least)
                    (least, bestA, bestB) = (error, na, nb);
            }
        }
        return bestA > 0 && Solve(all, channels, most, bestA, bestB) is { } chosen ? Modes(chosen, channels, bestA, bestB, rows) : [];
    }

    // Columns of a row: 1, y(t-1) .. y(t-most), then for each input u(t) .. u(t-most), then y(t). Rows with an unknown value are left out.
    private static Matrix Sums(
        ReadOnlySpan<float> inputs, int channels, ReadOnlySpan<int> starts, ReadOnlySpan<float> target, int most, int end)
    {
        var features = new float[most + channels * (most + 1)];
        var moments = new Moments(features.Length + 1);
        for (int s = 0; s + 1 < starts.Length; s++)
        {
            for (int t = starts[s] + most; t < Math.Min(starts[s + 1], end); t++)
            {
                bool known = float.IsFinite(target[t]);
                for (int i = 0; i < most; i++)
                    known &= float.IsFinite(features[i] = target[t - 1 - i]);
                for (int c = 0; c < channels; c++)
                    for (int i = 0; i <= most; i++)
                        features[most + c * (most + 1) + i] = inputs[(t - i) * channels + c];
                if (known)
                    moments.Add(features, target.Slice(t, 1));
            }
        }
        moments.Finish();
        return moments.Sums;
    }

    // (a_1 .. a_na, then for each input b_0 .. b_nb), or null where there are too few rows.
    private static double[]? Solve(Matrix sums, int channels, int most, int na, int nb)
    {
        int size = na + channels * (nb + 1), target = sums.Rows - 1;
        if (sums[0, 0] < 2 * size)
            return null;
        int Column(int i) => i < na ? 1 + i : 1 + most + (i - na) / (nb + 1) * (most + 1) + (i - na) % (nb + 1);
        Matrix normal = new(size, size), right = new(size, 1);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
                normal[i, j] = sums[Column(i), Column(j)];
            normal[i, i] += Penalty * sums[0, 0];
            right[i, 0] = sums[Column(i), target];
        }
        if (!Triangular.Cholesky(normal, normal))
            return null;
        Triangular.Solve(normal, right);
        Triangular.SolveTransposed(normal, right);
        return right.Values;
    }

    // The mean squared error of the free run, from zero at the start of every sequence, over the known rows from the one held out first on.
    private static double FreeRun(
        double[] model, int na, int nb, ReadOnlySpan<float> inputs, int channels, ReadOnlySpan<int> starts, ReadOnlySpan<float> target,
        int from)
    {
        var y = new double[starts[^1]];
        double error = 0;
        for (int s = 0; s + 1 < starts.Length; s++)
        {
            for (int t = starts[s]; t < starts[s + 1]; t++)
            {
                int before = t - starts[s];
                for (int i = 0; i < Math.Min(na, before); i++)
                    y[t] += model[i] * y[t - 1 - i];
                for (int c = 0; c < channels; c++)
                    for (int i = 0; i <= Math.Min(nb, before); i++)
                        y[t] += model[na + c * (nb + 1) + i] * inputs[(t - i) * channels + c];
                if (t >= from && float.IsFinite(target[t]))
                    error += (y[t] - target[t]) * (y[t] - target[t]);
            }
        }
        return double.IsNaN(error) ? double.PositiveInfinity : error;
    }

    // B / A = d + sum_i r_i / (1 - p_i z^-1), with r_i = B(1 / p_i) / product over j other than i of (1 - p_j / p_i). Poles at zero are
    // left out: they stand for delays, which the drawn filters approximate.
    private static Mode[] Modes(double[] model, int channels, int na, int nb, int rows)
    {
        Complex[] poles = [.. Polynomial.Roots(model.AsSpan(0, na)).Where(pole => pole.Magnitude > 1e-3)];
        double largest = Math.Exp(-1 / (LongestMemory * rows));
        return [.. poles.Select((pole, i) =>
        {
            Complex rest = Complex.One;
            for (int j = 0; j < poles.Length; j++)
                rest *= j == i ? 1 : 1 - poles[j] / pole;
            var residues = Enumerable.Range(0, channels).Select(c =>
            {
                Complex b = Complex.Zero;
                for (int k = nb; k >= 0; k--)
                    b = b / pole + model[na + c * (nb + 1) + k];
                return b / rest;
            }).ToArray();
            double scale = Math.Sqrt(residues.Sum(r => r.Real * r.Real + r.Imaginary * r.Imaginary));
            // The read-out finds the size of a mode; so that all are of one size, the residues say only how inputs share it.
            for (int c = 0; c < channels; c++)
                residues[c] = scale > 0 && double.IsFinite(scale) ? residues[c] / scale : 1 / Math.Sqrt(channels);
            return new Mode(pole.Magnitude > largest ? pole * (largest / pole.Magnitude) : pole, residues);
        })];
    }
}
