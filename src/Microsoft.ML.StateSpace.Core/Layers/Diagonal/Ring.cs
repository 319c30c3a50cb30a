using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Initial eigenvalues <c>exp(-exp(NuLog) + i exp(ThetaLog))</c> on a ring of the unit disk (Orvieto et al. 2023, section 3.2).
/// </summary>
internal static class Ring
{
    /// <summary>The eigenvalue that NuLog and ThetaLog stand for.</summary>
    public static Complex Pole(float nuLog, float thetaLog)
        => Complex.FromPolarCoordinates(Math.Exp(-Math.Exp(nuLog)), Math.Exp(thetaLog));

    /// <summary>
    /// <c>sqrt(1 - |lambda|^2)</c>: an input that is scaled by it gives a state of variance one, where it is white noise of variance one.
    /// </summary>
    public static double Gain(Complex pole) => Math.Sqrt((1 - pole.Magnitude) * (1 + pole.Magnitude));

    /// <summary>
    /// NuLog for eigenvalues that are uniform in the area between two circles: |lambda|^2 is uniform, and
    /// <c>nu = log(-log(|lambda|^2) / 2)</c>.
    /// </summary>
    public static Initializer Radius(double minimum, double maximum) => (values, random) =>
    {
        double low = minimum * minimum, high = maximum * maximum;
        foreach (ref float value in values)
            value = (float)Math.Log(-0.5 * Math.Log(Math.Clamp(low + random.NextDouble() * (high - low), 1e-12, 1 - 1e-12)));
    };

    /// <summary>ThetaLog for a phase that is uniform between 0 and <paramref name="maximum"/>.</summary>
    public static Initializer Phase(double maximum) => (values, random) =>
    {
        foreach (ref float value in values)
            value = (float)Math.Log(maximum * Math.Max(random.NextDouble(), 1e-6));
    };
}
