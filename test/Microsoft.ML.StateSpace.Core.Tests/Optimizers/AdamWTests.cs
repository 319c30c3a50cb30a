using Microsoft.ML.StateSpace.Optimizers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Optimizers;

[Trait("Kind", "Law")]
public class AdamWTests
{
    private const double Rate = 0.01, Decay = 0.1, Factor = 0.5;

    private static readonly Parameter[] Parameters =
    [
        new("Decayed", [3], ParameterGroup.Decayed, 0), new("Plain", [4], ParameterGroup.Plain, 3),
        new("StateSpace", [5], ParameterGroup.StateSpace, 7), new("Fixed", [2], ParameterGroup.Fixed, 12),
    ];

    private readonly ParameterSet _values = new(Parameters);

    public AdamWTests() => Draw.Uniform(14, 1).CopyTo(_values.Values);

    [Fact]
    public void Step_FollowsTheFormula_InEachGroup()
    {
        double[] expected = _values.Values.ToArray().ToDouble(), first = new double[14], second = new double[14];
        var optimizer = new AdamW(Parameters, Factor, Decay);
        for (int step = 1; step <= 4; step++)
        {
            float[] gradient = Draw.Uniform(14, 10 + step);
            optimizer.Step(_values.Values, gradient, Rate, clip: 1e9);
            for (int i = 0; i < 14; i++)
            {
                first[i] = 0.9 * first[i] + 0.1 * gradient[i];
                second[i] = 0.999 * second[i] + 0.001 * gradient[i] * gradient[i];
                double update = first[i] / (1 - Math.Pow(0.9, step)) / (Math.Sqrt(second[i] / (1 - Math.Pow(0.999, step))) + 1e-8);
                expected[i] -= i switch
                {
                    < 3 => Rate * (update + Decay * expected[i]),
                    < 7 => Rate * update,
                    < 12 => Factor * Rate * update,
                    _ => 0,
                };
            }
        }
        for (int i = 0; i < 14; i++)
            _values.Values[i].Should().BeApproximately(expected[i], Tolerance.Adam);
    }

    [Fact]
    public void Step_LeavesFixedParameters_ToTheBit()
    {
        float[] before = _values["Fixed"].ToArray();
        new AdamW(Parameters, Factor, Decay).Step(_values.Values, Draw.Uniform(14, 2), Rate, 1);
        _values["Fixed"].Should().BeBitwise(before);
    }

    // Adam forgets the scale that all gradients have in common, but compares each with those before. So a long second gradient moves the
    // values less when it is clipped.
    [Fact]
    public void Step_ScalesALongGradient_ToTheNormOfTheClip()
    {
        float[] small = Draw.Uniform(14, 2), large = Draw.Uniform(14, 3);
        double norm = Math.Sqrt(large.Sum(g => (double)g * g));
        var scaled = Array.ConvertAll(large, g => (float)(g * 0.25 / norm));
        Steps(small, scaled, clip: 0.25).Should().Equal(Steps(small, large, clip: 0.25), (a, b) => Math.Abs(a - b) <= Tolerance.Adam);
        Steps(small, large, clip: 100).Should().NotEqual(Steps(small, large, clip: 0.25));
    }

    [Fact]
    public void Step_LeavesAShortGradient_AsItIs()
    {
        float[] small = Array.ConvertAll(Draw.Uniform(14, 2), g => g * 0.01f);
        Steps(small, small, clip: 1).Should().BeBitwise(Steps(small, small, clip: 100));
    }

    private float[] Steps(float[] first, float[] second, double clip)
    {
        var values = _values.Clone();
        var optimizer = new AdamW(Parameters, Factor, Decay);
        optimizer.Step(values.Values, Array.ConvertAll(first, g => g * 0.01f), Rate, clip);
        optimizer.Step(values.Values, second, Rate, clip);
        return values.Values.ToArray();
    }
}
