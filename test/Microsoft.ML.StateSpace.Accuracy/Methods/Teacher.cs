using System.Numerics;
using Microsoft.ML.StateSpace.Accuracy.Identification;

namespace Microsoft.ML.StateSpace.Accuracy.Methods;

/// <summary>
/// A linear system drawn by a seed, <c>x_t = lambda x_{t-1} + b u_t</c>, <c>y_t = Re(c x_t) + d u_t</c>, and its answers to random inputs.
/// There is no noise, so a model of the same class can fit them to the last digit.
/// </summary>
internal static class Teacher
{
    /// <summary>Complex states.</summary>
    public const int States = 3;

    private const int Sequences = 8, Steps = 40;

    /// <summary>Eight records to learn from and eight others, of forty steps.</summary>
    public static (Recording[] Train, Recording[] Test, int Skip) Records(int seed)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
        Complex Drawn() => new(Normal(), Normal());
        Complex[] poles = [.. Enumerable.Range(0, States).Select(
            _ => Complex.FromPolarCoordinates(0.6 + 0.37 * random.NextDouble(), Math.PI * random.NextDouble()))];
        Complex[] b = [.. poles.Select(pole => Drawn() * Math.Sqrt(1 - Complex.Abs(pole) * Complex.Abs(pole)))];
        Complex[] c = [.. poles.Select(_ => Drawn())];
        double d = Normal();
        Recording Record()
        {
            var x = new Complex[States];
            double[] inputs = [.. Enumerable.Range(0, Steps).Select(_ => Normal())];
            double[] outputs = [.. inputs.Select(u =>
            {
                for (int i = 0; i < States; i++)
                    x[i] = poles[i] * x[i] + b[i] * u;
                return x.Select((state, i) => (c[i] * state).Real).Sum() + d * u;
            })];
            return new Recording([inputs], [outputs]);
        }
        Recording[] Some() => [.. Enumerable.Range(0, Sequences).Select(_ => Record())];
        return (Some(), Some(), 0);
    }
}
