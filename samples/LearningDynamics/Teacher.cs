using System.Numerics;
using Microsoft.ML.StateSpace.Analysis;

namespace LearningDynamics;

/// <summary>Records of known processes, and where learning starts.</summary>
internal static class Teacher
{
    /// <summary>A record with a random input, of the sum of processes of the first order.</summary>
    public static InputOutputRecord Record(int length, int seed, params double[] poles)
    {
        var random = new Random(seed);
        double[] input = new double[length], output = new double[length], states = new double[poles.Length];
        for (int t = 0; t < length; t++)
        {
            input[t] = 2 * random.NextDouble() - 1;
            for (int i = 0; i < poles.Length; i++)
            {
                states[i] = poles[i] * states[i] + input[t];
                output[t] += states[i] * Math.Sqrt(1 - poles[i] * poles[i]);
            }
        }
        return new(input, output);
    }

    /// <summary>A system with these poles, in which b and c are alike, and small.</summary>
    public static DiagonalSystem Start(IEnumerable<double> poles)
    {
        Complex[] all = [.. poles.Select(pole => new Complex(pole, 0))];
        var (b, c) = (new Complex[all.Length, 1], new Complex[1, all.Length]);
        for (int i = 0; i < all.Length; i++)
            b[i, 0] = c[0, i] = 0.2;
        return new(all, b, c, new double[1, 1]);
    }

    /// <summary>The record as a row of a data view.</summary>
    public static Sequence Row(InputOutputRecord record) => new()
    {
        Input = [.. record.Input.Select(value => (float)value)], Target = [.. record.Output.Select(value => (float)value)],
    };

    internal sealed class Sequence
    {
        public float[] Input { get; set; } = [];

        public float[] Target { get; set; } = [];
    }
}
