using System.Numerics;
using Microsoft.ML.StateSpace.Analysis;

namespace LearningDynamics;

/// <summary>
/// Gradient descent on poles, B, C and D of a system with one input and one output, which runs forward over all records and back in every
/// step.
/// </summary>
internal static class SystemDescent
{
    /// <summary>The losses before the first step and after each.</summary>
    public static double[] Losses(DiagonalSystem start, InputOutputRecord[] records, double rate, int steps)
    {
        int count = start.Poles.Count, length = records.Sum(record => record.Length);
        Complex[] poles = [.. start.Poles], b = [.. start.B.Cast<Complex>()], c = [.. start.C.Cast<Complex>()];
        double d = start.D[0, 0];
        double[] losses = new double[steps + 1];
        for (int step = 0; ; step++)
        {
            double dSlope = 0;
            Complex[] poleSlopes = new Complex[count], bSlopes = new Complex[count], cSlopes = new Complex[count];
            foreach (var record in records)
            {
                // x_t = lambda x_{t-1} + b u_t, from zero; row t + 1 holds x_t
                var states = new Complex[record.Length + 1, count];
                double[] errors = new double[record.Length];
                for (int t = 0; t < record.Length; t++)
                {
                    errors[t] = d * record.Input[t] - record.Output[t];
                    for (int i = 0; i < count; i++)
                    {
                        states[t + 1, i] = poles[i] * states[t, i] + b[i] * record.Input[t];
                        errors[t] += (c[i] * states[t + 1, i]).Real;
                    }
                    losses[step] += errors[t] * errors[t] / (2 * length);
                    dSlope += errors[t] * record.Input[t] / length;
                }
                for (int i = 0; i < count; i++)
                {
                    Complex costate = 0;
                    for (int t = record.Length - 1; t >= 0; t--)
                    {
                        costate = Complex.Conjugate(poles[i]) * costate + Complex.Conjugate(c[i]) * errors[t] / length;
                        cSlopes[i] += Complex.Conjugate(states[t + 1, i]) * errors[t] / length;
                        bSlopes[i] += costate * record.Input[t];
                        poleSlopes[i] += costate * Complex.Conjugate(states[t, i]);
                    }
                }
            }
            if (step == steps)
                return losses;
            d -= rate * dSlope;
            for (int i = 0; i < count; i++)
                (poles[i], b[i], c[i]) = (poles[i] - rate * poleSlopes[i], b[i] - rate * bSlopes[i], c[i] - rate * cSlopes[i]);
        }
    }
}
