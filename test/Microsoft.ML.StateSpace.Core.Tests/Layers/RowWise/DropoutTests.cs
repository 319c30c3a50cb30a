using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

[Trait("Kind", "Law")]
public class DropoutTests
{
    private const int Channels = 2000;
    private const double Probability = 0.3;

    [Fact]
    public void Draw_ClearsItsShare_AndScalesTheRest()
    {
        float[] masks = Masks(key: 9, [0, 1], 0);
        masks.Should().OnlyContain(mask => mask == 0 || mask == (float)(1 / 0.7));
        // Five deviations of a binomial share.
        (masks.Count(mask => mask == 0) / (double)Channels)
            .Should().BeApproximately(Probability, 5 * Math.Sqrt(Probability * (1 - Probability) / Channels));
    }

    [Fact]
    public void Draw_DependsOnKeyLayerAndSequence()
    {
        float[][] masks = [Masks(9, [0, 1], 0), Masks(10, [0, 1], 0), Masks(9, [0, 1], 1), Masks(9, [0, 1], 0, layer: 1)];
        for (int a = 0; a < masks.Length; a++)
            for (int b = 0; b < a; b++)
                masks[b].Should().NotEqual(masks[a]);
    }

    [Fact]
    public void Draw_DoesNotDependOnHowTheBatchIsCut()
    {
        float[] parts = [.. Masks(9, [0, 4], 2), .. Masks(9, [0, 1, 5], 3)];
        parts.Should().BeBitwise(Masks(9, [0, 4, 5, 9], 2));
    }

    [Fact]
    public void Glu_DropsNothing_WhenScoring()
    {
        float[] v = Draw.Uniform(20);
        Map(0.9).Forward(v, 4).Should().BeBitwise(Map(0).Forward(v, 4));
    }

    [Theory]
    [InlineData(Nonlinearity.Gelu)]
    [InlineData(Nonlinearity.FullGlu)]
    [InlineData(Nonlinearity.HalfGlu1)]
    [InlineData(Nonlinearity.HalfGlu2)]
    public void Glu_WithMasks_MatchesOracleAndItsNumericGradient(Nonlinearity kind)
    {
        int[] lengths = [6, 3];
        const int Size = 8, Index = 3;
        const ulong Key = 77;
        var run = new LayerRun(layout => new Glu(layout, kind, Size, 0.4, Index)) { DropoutKey = Key };
        float[] input = Draw.Uniform(9 * Size, -2, 2), upstream = Draw.Uniform(9 * Size, 2), inputGradient = new float[input.Length];
        double[][] inner = MaskRows(2 * Index), outer = MaskRows(2 * Index + 1);
        var p = OracleParameters.Of(run.Parameters);
        double[][][] x = Rows.Unpack(input, Size, lengths);
        double[] Output() => x.Select((sequence, s) => PositionWise.Glu(p, sequence, kind, inner[s], outer[s])).Flat();
        double Loss() => NumericGradient.Dot(upstream.ToDouble(), Output());

        run.Forward(input, lengths).Should().BeNear(Output(), Tolerance.Forward, "output");
        var gradients = new ParameterSet(run.Parameters.Parameters);
        run.Backward(input, lengths, upstream, inputGradient, gradients);
        inputGradient.Should().BeNear([.. x.SelectMany(sequence => NumericGradient.Of(Loss, sequence))], Tolerance.Gradient, "input");
        foreach (var parameter in gradients.Parameters)
            gradients[parameter.Name].Should().BeNear(NumericGradient.Of(Loss, p.All[parameter.Name]), Tolerance.Gradient, parameter.Name);

        double[][] MaskRows(int layer)
        {
            var masks = new float[2 * Size];
            new Dropout(0.4, layer)
                .Draw(new Pass { Weights = default, Starts = LayerRun.Starts(lengths), Scratch = default, DropoutKey = Key }, masks);
            return [.. masks.ToDouble().Chunk(Size)];
        }
    }

    private static LayerRun Map(double probability) => new(layout => new Glu(layout, Nonlinearity.HalfGlu1, 5, probability, 0));

    private static float[] Masks(ulong key, int[] starts, int firstSequence, int layer = 0)
    {
        var masks = new float[(starts.Length - 1) * Channels];
        var pass = new Pass { Weights = default, Starts = starts, Scratch = default, DropoutKey = key, FirstSequence = firstSequence };
        new Dropout(Probability, layer).Draw(pass, masks);
        return masks;
    }
}
