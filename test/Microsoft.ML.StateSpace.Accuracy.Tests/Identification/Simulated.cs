using Microsoft.ML.StateSpace.Accuracy.Identification;

namespace Microsoft.ML.StateSpace.Accuracy.Tests.Identification;

/// <summary>Records of plants whose equations are known, driven by noise that a seed decides.</summary>
internal static class Simulated
{
    /// <summary>A resonance: <c>y(k) = 1.6 y(k-1) - 0.8 y(k-2) + 0.5 u(k-1) + 0.3 u(k-3)</c>, from rest.</summary>
    public static Recording Resonance(int steps, int seed)
    {
        double[] input = Noise(steps, seed), output = new double[steps];
        for (int k = 0; k < steps; k++)
            output[k] = 1.6 * At(output, k - 1) - 0.8 * At(output, k - 2) + 0.5 * At(input, k - 1) + 0.3 * At(input, k - 3);
        return new Recording([input], [output]);
    }

    /// <summary>
    /// A finite impulse response of two inputs, <c>y(k) = 2 u1(k) - u1(k-2) + 3 u2(k-5) + 7</c>. Before the record its inputs are held at
    /// their first value.
    /// </summary>
    public static Recording ImpulseResponse(int steps, int seed)
    {
        double[] first = Noise(steps, seed), second = Noise(steps, seed + 1), output = new double[steps];
        for (int k = 0; k < steps; k++)
            output[k] = 2 * first[k] - first[Math.Max(k - 2, 0)] + 3 * second[Math.Max(k - 5, 0)] + 7;
        return new Recording([first, second], [output]);
    }

    public static double[] Noise(int steps, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, steps).Select(_ => random.NextDouble() - 0.5)];
    }

    private static double At(double[] signal, int step) => step < 0 ? 0 : signal[step];
}
