using System.Numerics;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis.Dynamics;

/// <summary>What changes of B and C do to the output of filters, and the transpose of that.</summary>
public class LinearizedLayerTests
{
    private const int Length = 23, Filters = 4;

    public static TheoryData<bool, int, bool> Kinds => new()
    {
        { false, 1, false }, { false, 2, false }, { true, 1, false }, { true, 2, false }, { false, 1, true }, { false, 2, true },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Forward_IsTheDerivative_AndBackwardItsTranspose(bool perChannel, int directions, bool isPre)
    {
        var filters = Create(perChannel, directions, isPre);
        var layer = new LinearizedLayer(filters);
        float[] input = Draw.Uniform(Length * filters.Inputs, -1, 1, 1);
        Complex[] change = Numbers(layer.Parameters, 2);
        double[] answer = new double[Length * filters.Outputs], upstream = Draw.Uniform(answer.Length, -1, 1, 3).ToDouble();

        layer.Forward(change, input, answer);

        const double Step = 1e-5;
        double[] above = Run(Moved(filters, change, Step), input), below = Run(Moved(filters, change, -Step), input);
        answer.Should().BeNear([.. above.Zip(below, (a, b) => (a - b) / (2 * Step))], 1e-8);
        var slopes = new Complex[layer.Parameters];
        layer.Backward(input, upstream, slopes);
        Lanczos.Dot(slopes, change).Should().BeApproximately(answer.Zip(upstream, (a, b) => a * b).Sum(), 1e-10);
    }

    private static LayerFilters Create(bool perChannel, int directions, bool isPre)
    {
        int inputs = 2, outputs = perChannel ? 2 : 3;
        var poles = Numbers(Filters, 4).Select(value => 0.6 * value).ToArray();
        return new(
            inputs, outputs, perChannel, poles, Numbers(Filters * (perChannel ? 1 : inputs), 5),
            [.. Enumerable.Range(6, directions).Select(seed => Numbers(Filters * (perChannel ? 1 : outputs), seed))],
            [0.5, 1, 0, 2], OutputFactor: 2, isPre);
    }

    private static LayerFilters Moved(LayerFilters filters, Complex[] change, double step)
    {
        int outputs = filters.Count * filters.OutputWidth;
        return filters with
        {
            C = [.. filters.C.Select((c, d) => c.Select((value, i)
                => value + step * filters.OutputFactor * change[d * outputs + i]).ToArray())],
            B = [.. filters.B.Select((value, i)
                => value + step * filters.InputFactors[i / filters.InputWidth] * change[filters.Directions * outputs + i])],
        };
    }

    // The recurrence, as it is written.
    private static double[] Run(LayerFilters filters, float[] input)
    {
        double[] output = new double[Length * filters.Outputs];
        for (int d = 0; d < filters.Directions; d++)
        {
            Complex[] states = new Complex[Filters], before = new Complex[Filters];
            for (int i = 0; i < Length; i++)
            {
                int t = d == 0 ? i : Length - 1 - i;
                for (int f = 0; f < Filters; f++)
                {
                    before[f] = states[f];
                    states[f] *= filters.Poles[f];
                    for (int w = 0; w < filters.InputWidth; w++)
                        states[f] += filters.B[f * filters.InputWidth + w] * input[t * filters.Inputs + filters.First(f) + w];
                    Complex seen = filters.IsPre ? before[f] : states[f];
                    for (int w = 0; w < filters.OutputWidth; w++)
                        output[t * filters.Outputs + filters.First(f) + w] += (filters.C[d][f * filters.OutputWidth + w] * seen).Real;
                }
            }
        }
        return output;
    }

    private static Complex[] Numbers(int count, int seed)
    {
        float[] values = Draw.Uniform(2 * count, -1, 1, seed);
        return [.. Enumerable.Range(0, count).Select(i => new Complex(values[2 * i], values[2 * i + 1]))];
    }
}
