using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>The parts of scaffolds against reference values; each entry judges the oracle and the layer.</summary>
[Trait("Kind", "Law")]
public class ReferenceScaffoldTests
{
    [Fact]
    public void CausalConvolution_MatchesReference()
    {
        var p = OracleParameters.Of(
            new Dictionary<string, double[]>
            {
                ["Weight"] = ReferenceValues.At("causal_conv1d/w"), ["Bias"] = ReferenceValues.At("causal_conv1d/b"),
            });
        double[] u = ReferenceValues.At("causal_conv1d/u"), expected = ReferenceValues.At("causal_conv1d/y");
        Scaffolds.CausalConvolution(p, [.. u.Chunk(1)]).Flat().Should().BeNear(expected, Tolerance.Reference, "oracle");
        Run(layout => new CausalConvolution(layout, 1, 4, Initialize.Constant(0)), p).Forward(u.ToFloat(), u.Length)
            .Should().BeNear(expected, Tolerance.Forward, "layer");
    }

    [Fact]
    public void H3_MatchesReference()
    {
        double[] q = ReferenceValues.At("h3_siso/q"), k = ReferenceValues.At("h3_siso/k"), v = ReferenceValues.At("h3_siso/v");
        var p = OracleParameters.Of(
            new Dictionary<string, double[]>
            {
                ["Weight"] = [.. ReferenceValues.At("h3_siso/c_shift").Reverse()], ["D"] = ReferenceValues.At("h3_siso/Dk"),
            });
        double[] shifted = Run(layout => new CausalConvolution(layout, 1, 4, Initialize.Constant(0), bias: false, feedThrough: true), p)
            .Forward(k.ToFloat(), k.Length).ToDouble();
        double[][] product = Scaffolds.Product([.. shifted.Chunk(1)], [.. v.Chunk(1)]);
        double[] kernel = ReferenceValues.At("h3_siso/K_diag"), remembered = product.Flat();
        double Convolved(int t) => Enumerable.Range(0, t + 1).Sum(j => kernel[j] * remembered[t - j]);
        double[] y = [.. q.Select((value, t) => value * (Convolved(t) + ReferenceValues.Number("h3_siso/Dd") * remembered[t]))];
        y.Should().BeNear(ReferenceValues.At("h3_siso/y"), Tolerance.Forward, "y");
    }

    private static LayerRun Run(Func<ParameterLayout, Layer> create, OracleParameters p)
    {
        var run = new LayerRun(create);
        foreach (var parameter in run.Parameters.Parameters)
            p[parameter.Name].ToFloat().CopyTo(run.Parameters[parameter.Name]);
        return run;
    }
}
