using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>The learning spectrum of a diagonal system with one input and one output.</summary>
internal static class SystemSpectrum
{
    private const int BlockSteps = 4096;

    /// <param name="system">The system; poles and D stay.</param>
    /// <param name="records">What is learnt.</param>
    /// <param name="inputFactors">What the parameters of B are multiplied by, for each state.</param>
    public static LearningSpectrum Of(
        DiagonalSystem system, IReadOnlyList<InputOutputRecord> records, IReadOnlyList<double>? inputFactors)
    {
        int steps = InputOutputRecord.Steps(records), states = system.Poles.Count;
        var factor = new KernelFactor(2 * states, 1);
        var zeta = new Complex[states];
        var eta = new double[states];
        foreach (var record in records)
            AddRecord(system, record, factor, eta, zeta);
        double[] weights = new double[states], poleRates = new double[states];
        for (int i = 0; i < states; i++)
        {
            Complex b = system.B[i, 0], c = system.C[0, i];
            double scale = inputFactors?[i] ?? 1;
            weights[i] = Square(b) + scale * scale * Square(c);
            poleRates[i] = weights[i] * (eta[i] + Complex.Abs(zeta[i])) / (2 * steps);
        }
        var (rates, powers) = factor.Decompose([.. Enumerable.Range(0, 2 * states).Select(i => weights[i / 2])]);
        double power = factor.ResidualPower();
        // The imaginary part of a real pole's state is zero, and no direction.
        int directions = 2 * states - system.Poles.Count(pole => pole.Imaginary == 0);
        return new(
            rates[..directions], [.. powers.Take(directions).Select(value => power == 0 ? 0 : value / power)], 1, power, poleRates);
    }

    private static void AddRecord(DiagonalSystem system, InputOutputRecord record, KernelFactor factor, double[] eta, Complex[] zeta)
    {
        int states = system.Poles.Count;
        var state = new Complex[states];
        for (int start = 0; start < record.Length; start += BlockSteps)
        {
            var rows = new Matrix(2 * states + 1, Math.Min(BlockSteps, record.Length - start));
            for (int t = 0; t < rows.Columns; t++)
            {
                double u = record.Input[start + t], residual = record.Output[start + t] - system.D[0, 0] * u;
                for (int i = 0; i < states; i++)
                {
                    Complex h = state[i] = system.Poles[i] * state[i] + u;
                    (rows[2 * i, t], rows[2 * i + 1, t]) = (h.Real, -h.Imaginary);
                    residual -= (system.C[0, i] * system.B[i, 0] * h).Real;
                    eta[i] += Square(h);
                    zeta[i] += h * h;
                }
                rows[2 * states, t] = residual;
            }
            factor.Add(rows);
        }
    }

    private static double Square(Complex value) => value.Real * value.Real + value.Imaginary * value.Imaginary;
}
