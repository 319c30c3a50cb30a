using System.Numerics;
using Microsoft.ML.StateSpace.Analysis;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis.Dynamics;

/// <summary>The oracle of learning curves: gradient descent that runs the recurrence over every record in every step, and back.</summary>
internal static class Descent
{
    /// <summary>The losses before the first step and after each.</summary>
    public static List<double> Losses(
        DiagonalSystem start, IReadOnlyList<InputOutputRecord> records, double rate, int steps, bool learnsPoles, bool learnsD = true)
    {
        int count = start.Poles.Count, length = records.Sum(record => record.Length);
        Complex[] poles = [.. start.Poles], b = [.. Enumerable.Range(0, count).Select(i => start.B[i, 0])],
            c = [.. Enumerable.Range(0, count).Select(i => start.C[0, i])];
        double d = start.D[0, 0];
        var losses = new List<double>();
        for (int step = 0; ; step++)
        {
            Complex[] poleSlopes = new Complex[count], bSlopes = new Complex[count], cSlopes = new Complex[count];
            double loss = 0, dSlope = 0;
            foreach (var record in records)
            {
                var states = new Complex[record.Length + 1, count];
                var errors = new double[record.Length];
                for (int t = 0; t < record.Length; t++)
                {
                    errors[t] = d * record.Input[t] - record.Output[t];
                    for (int i = 0; i < count; i++)
                    {
                        states[t + 1, i] = poles[i] * states[t, i] + b[i] * record.Input[t];
                        errors[t] += (c[i] * states[t + 1, i]).Real;
                    }
                    loss += errors[t] * errors[t] / (2 * length);
                    dSlope += errors[t] * record.Input[t] / length;
                }
                for (int i = 0; i < count; i++)
                {
                    Complex costate = 0;
                    for (int t = record.Length - 1; t >= 0; t--)
                    {
                        cSlopes[i] += Complex.Conjugate(states[t + 1, i]) * errors[t] / length;
                        costate = Complex.Conjugate(poles[i]) * costate + Complex.Conjugate(c[i]) * errors[t] / length;
                        bSlopes[i] += costate * record.Input[t];
                        poleSlopes[i] += costate * Complex.Conjugate(states[t, i]);
                    }
                }
            }
            losses.Add(loss);
            if (step == steps)
                return losses;
            d -= learnsD ? rate * dSlope : 0;
            for (int i = 0; i < count; i++)
            {
                b[i] -= rate * bSlopes[i];
                c[i] -= rate * cSlopes[i];
                poles[i] -= learnsPoles ? rate * poleSlopes[i] : 0;
            }
        }
    }
}
