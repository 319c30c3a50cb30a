using System.Numerics;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// Integrates <c>ds/dt = f(s)</c> of a complex number by the pair of Dormand and Prince, "A family of embedded Runge-Kutta formulae", 1980:
/// steps of order five, as long as the difference to those of order four allows.
/// </summary>
internal static class FlowIntegrator
{
    private const int MostSteps = 1_000_000;

    private static readonly double[][] Stages =
    [
        [1.0 / 5], [3.0 / 40, 9.0 / 40], [44.0 / 45, -56.0 / 15, 32.0 / 9],
        [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
        [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656],
        [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84],
    ];

    private static readonly double[] Difference =
        [71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40];

    /// <param name="slope">f.</param>
    /// <param name="start">s at time 0.</param>
    /// <param name="time">When.</param>
    /// <param name="tolerance">The largest error of a step, as a share of <c>|s|</c>.</param>
    /// <returns>s at the time.</returns>
    public static Complex Run(Func<Complex, Complex> slope, Complex start, double time, double tolerance)
    {
        var slopes = new Complex[7];
        Complex at = start;
        double passed = 0, step = time / 16;
        for (int count = 0; passed < time; count++)
        {
            if (count == MostSteps)
                throw new InvalidOperationException(
                    $"The flow was followed up to the time {passed:g3} of {time:g3} only, since its rates lie too far apart. "
                    + "Ask for an earlier time.");
            step = Math.Min(step, time - passed);
            slopes[0] = slope(at);
            Complex next = at;
            for (int stage = 0; stage < Stages.Length; stage++)
            {
                next = at;
                for (int i = 0; i <= stage; i++)
                    next += step * Stages[stage][i] * slopes[i];
                slopes[stage + 1] = slope(next);
            }
            Complex error = 0;
            for (int i = 0; i < slopes.Length; i++)
                error += step * Difference[i] * slopes[i];
            double share = Complex.Abs(error) / (tolerance * Math.Max(Complex.Abs(at), Complex.Abs(next)) + double.Epsilon);
            if (share <= 1 || step <= 1e-15 * time)
                (at, passed) = (next, step >= time - passed ? time : passed + step);
            step *= Math.Clamp(0.9 * Math.Pow(share, -0.2), 0.2, 5);
        }
        return at;
    }
}
