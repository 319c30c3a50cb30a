using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

[Trait("Kind", "Law")]
public class PoolTests
{
    private const int Size = 5;
    private static readonly int[] Lengths = [1, 70, 3, 12];
    private static readonly float[] Input = Draw.Uniform(Lengths.Sum() * Size);

    [Theory]
    [InlineData(Pooling.Mean)]
    [InlineData(Pooling.Last)]
    [InlineData(Pooling.Max)]
    [InlineData(Pooling.MeanAndMax)]
    public void Forward_MatchesOracle(Pooling kind)
    {
        var output = new float[Lengths.Length * Pool.Width(kind, Size)];
        Pool.Forward(kind, Pass(), Input, output);
        output.Should().BeNear([.. Rows.Unpack(Input, Size, Lengths).SelectMany(x => ModelOracle.Pool(kind, x))],
            Tolerance.Forward, "pooled");
    }

    [Theory]
    [InlineData(Pooling.Mean)]
    [InlineData(Pooling.Last)]
    [InlineData(Pooling.Max)]
    [InlineData(Pooling.MeanAndMax)]
    public void Backward_AddsTheNumericGradient(Pooling kind)
    {
        float[] upstream = Draw.Uniform(Lengths.Length * Pool.Width(kind, Size), 2), gradient = [.. Enumerable.Repeat(0.5f, Input.Length)];
        Pool.Backward(kind, Pass(), Input, upstream, gradient);
        double[][][] x = Rows.Unpack(Input, Size, Lengths);
        double Loss() => NumericGradient.Dot(upstream.ToDouble(), [.. x.SelectMany(sequence => ModelOracle.Pool(kind, sequence))]);
        gradient.Should().BeNear([.. x.SelectMany(sequence => NumericGradient.Of(Loss, sequence)).Select(g => g + 0.5)],
            Tolerance.Gradient, "input");
    }

    [Fact]
    public void MaxBackward_GivesTheFirstOfEqualValues_All()
    {
        float[] gradient = new float[3];
        Pool.Backward(Pooling.Max, Pass([0, 3]), [1, 2, 2], [7], gradient);
        gradient.Should().Equal(0, 7, 0);
    }

    private static Pass Pass() => Pass(LayerRun.Starts(Lengths));

    private static Pass Pass(int[] starts) => new() { Weights = default, Starts = starts, Scratch = default };
}
