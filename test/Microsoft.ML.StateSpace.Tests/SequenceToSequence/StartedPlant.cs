using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Tests.SequenceToSequence;

/// <summary>A record of two outputs of a resonant plant, and a slower output, that begins in some state.</summary>
internal sealed class PlantRow
{
    public float[] Input { get; set; } = [];

    [VectorType(0, 2)]
    public float[] Target { get; set; } = [];

    /// <summary>
    /// Records of <c>x_t = A x_{t-1} + b u_t</c>, whose first output rings with a period of about 14 steps and whose second one has a time
    /// constant of 20 steps; with a little noise.
    /// </summary>
    /// <param name="count">Records.</param>
    /// <param name="steps">Time steps of each.</param>
    /// <param name="start">The deviation of the states before a record; those of operation are about 3.</param>
    /// <param name="seed">Of all that is random.</param>
    public static PlantRow[] Of(int count, int steps, double start, int seed)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            double x = start * Normal(), v = start * Normal(), z = start * Normal(), u = 0;
            float[] input = new float[steps], target = new float[2 * steps];
            for (int t = 0; t < steps; t++)
            {
                u = t % 5 == 0 ? Normal() : u;
                (x, v) = (0.95 * (0.9 * x + 0.43 * v) + u, 0.95 * (0.9 * v - 0.43 * x));
                z = 0.95 * z + 0.3 * u;
                input[t] = (float)u;
                (target[2 * t], target[2 * t + 1]) = ((float)(x + 0.01 * Normal()), (float)(z + 0.01 * Normal()));
            }
            return new PlantRow { Input = input, Target = target };
        })];
    }
}
