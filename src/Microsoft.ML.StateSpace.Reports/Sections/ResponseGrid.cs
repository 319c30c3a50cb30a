using Microsoft.ML.StateSpace.Analysis;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>At which frequencies, and for how many steps, responses are looked at.</summary>
internal static class ResponseGrid
{
    private const int Count = 160, FewestSteps = 30, MostSteps = 2000;

    // Multiplications that a curve of gains may take.
    private const double Work = 4e8;

    /// <summary>Frequencies in equal ratios, from a tenth of the slowest pole's corner to half an oscillation a step.</summary>
    public static double[] Frequencies(IEnumerable<LinearSystem> systems)
    {
        double lowest = Math.Clamp(0.1 / (Math.Tau * Slowest(systems)), 1e-6, 0.01);
        return [.. Enumerable.Range(0, Count).Select(i => Math.Min(0.5, lowest * Math.Pow(0.5 / lowest, i / (Count - 1.0))))];
    }

    /// <summary>Steps in which the slowest state settles.</summary>
    public static int Steps(IEnumerable<LinearSystem> systems) => (int)Math.Clamp(5 * Slowest(systems), FewestSteps, MostSteps);

    /// <summary>Frequencies of a curve of gains: fewer for larger systems, each of which takes an elimination.</summary>
    public static int Points(LinearSystem system)
        => (int)Math.Clamp(Work / (Math.Pow(system.Order, 2) * (system.Order + system.Inputs)), 24, 192);

    private static double Slowest(IEnumerable<LinearSystem> systems)
    {
        double radius = systems.Max(system => system.SpectralRadius());
        return radius is > 0 and < 1 ? Math.Max(1, -1 / Math.Log(radius)) : radius == 0 ? 1 : MostSteps;
    }
}
