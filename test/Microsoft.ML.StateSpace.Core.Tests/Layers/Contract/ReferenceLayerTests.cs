using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>
/// The oracle and the layers against reference values: the oracle to the digits of double, so that it may judge the layers everywhere else.
/// </summary>
[Trait("Kind", "Law")]
public class ReferenceLayerTests
{
    private static readonly Nonlinearity[] Glus = [Nonlinearity.FullGlu, Nonlinearity.HalfGlu1, Nonlinearity.HalfGlu2];

    public static TheoryData<string, LruNormalization, SystemForm> TiedLru => new()
    {
        { "lru_post_l2", LruNormalization.TiedL2, SystemForm.Post }, { "lru_post_static", LruNormalization.TiedStatic, SystemForm.Post },
        { "lru_pre_l2", LruNormalization.TiedL2, SystemForm.Pre }, { "lru_pre_static", LruNormalization.TiedStatic, SystemForm.Pre },
    };

    [Theory]
    [MemberData(nameof(TiedLru))]
    public void LruOracle_MatchesReference_InOutputsAndStates(string entry, LruNormalization normalization, SystemForm form)
    {
        var system = Cores.LruSystem(LruParameters(entry), normalization) with { IsPre = form == SystemForm.Pre };
        double[][] u = ReferenceValues.Rows($"{entry}/u", 1);
        system.Recurrence(u).Flat().Should().BeNear(ReferenceValues.At($"{entry}/y"), Tolerance.Reference, "y");
        system.States(u).SelectMany(x => x.Select(z => z.Real))
            .Should().BeNear(ReferenceValues.At($"{entry}/states/re"), Tolerance.Reference, "Re x");
        system.States(u).SelectMany(x => x.Select(z => z.Imaginary))
            .Should().BeNear(ReferenceValues.At($"{entry}/states/im"), Tolerance.Reference, "Im x");
    }

    [Theory]
    [MemberData(nameof(TiedLru))]
    public void LruOracle_MatchesReference_InLossAndGradients(string entry, LruNormalization normalization, SystemForm form)
    {
        var p = LruParameters(entry);
        double[][] u = ReferenceValues.Rows($"{entry}/u", 1);
        double Loss() => 0.5 * Cores.Lru(p, u, normalization, system: form).Flat().Sum(y => y * y);
        Loss().Should().BeApproximately(ReferenceValues.Number($"{entry}/loss"), Tolerance.Reference);
        double[] gradient = [.. LruOrder.SelectMany(name => NumericGradient.Of(Loss, p.All[name]))];
        gradient.Should().BeNear(ReferenceValues.At($"{entry}/grad"), Tolerance.ReferenceGradient, "gradient");
    }

    [Theory]
    [MemberData(nameof(TiedLru))]
    public void Lru_MatchesReference(string entry, LruNormalization normalization, SystemForm form)
    {
        var run = Run(
            layout => new Lru(layout, new LruOptions { Normalization = normalization, Form = form }, 1, 2, bidirectional: false),
            LruParameters(entry));
        float[] u = ReferenceValues.At($"{entry}/u").ToFloat(), y = run.Forward(u, u.Length);
        y.Should().BeNear(ReferenceValues.At($"{entry}/y"), Tolerance.Forward, "y");
        // The layer keeps the states: a row is two planes of two numbers. Behind them is an edge for the pieces of a longer sequence. In
        // pre form they begin with the zero state before the first input.
        double[][] re = ReferenceValues.Rows($"{entry}/states/re", 2), im = ReferenceValues.Rows($"{entry}/states/im", 2);
        double[] states = [.. re.Zip(im, (a, b) => (double[])[.. a, .. b]).SelectMany(row => row)];
        run.Kept.AsSpan(form == SystemForm.Pre ? 4 : 0, states.Length).Should().BeNear(states, Tolerance.Forward, "states");

        var gradients = new ParameterSet(run.Parameters.Parameters);
        run.Backward(u, [u.Length], y, new float[u.Length], gradients);
        LruOrder.SelectMany(name => gradients[name].ToArray())
            .Should().BeNear(ReferenceValues.At($"{entry}/grad"), Tolerance.Gradient, "gradient");
    }

    [Theory]
    [InlineData("s5_irregular_zoh", Discretization.ZeroOrderHold)]
    [InlineData("s5_irregular_bil", Discretization.Bilinear)]
    public void S5_MatchesReference(string entry, Discretization discretization)
    {
        var p = S5Parameters(entry, 2);
        double[] y = ReferenceValues.At($"{entry}/y_regular");
        Cores.S5(p, ReferenceValues.Rows($"{entry}/U", 2), discretization).Flat().Should().BeNear(y, Tolerance.Reference, "oracle");
        var run = Run(layout => new S5(layout, new S5Options { Discretization = discretization }, 2, 2, bidirectional: false), p);
        run.Forward(ReferenceValues.At($"{entry}/U").ToFloat(), 5).Should().BeNear(y, Tolerance.Forward, "layer");
    }

    [Fact]
    public void TwoWayS5_MatchesReference()
    {
        var p = S5Parameters("s5_irregular_zoh", 2, [("C", 6), ("CReverse", 33)], feedThrough: 0);
        double[] y = ReferenceValues.At("s5_bidirectional/y");
        Cores.S5(p, ReferenceValues.Rows("s5_irregular_zoh/U", 2), Discretization.ZeroOrderHold).Flat()
            .Should().BeNear(y, Tolerance.Reference, "oracle");
        var run = Run(layout => new S5(layout, new S5Options(), 2, 2, bidirectional: true), p);
        run.Forward(ReferenceValues.At("s5_irregular_zoh/U").ToFloat(), 5).Should().BeNear(y, Tolerance.Forward, "layer");
    }

    [Fact]
    public void Glu_MatchesReference()
    {
        double[] v = ReferenceValues.Wave(90, 6, 2);
        foreach (var kind in Glus)
        {
            var p = OracleParameters.Of(new Dictionary<string, double[]>
            {
                ["Value.Weight"] = ReferenceValues.Wave(91, 9), ["Value.Bias"] = ReferenceValues.Wave(93, 3),
                ["Gate.Weight"] = ReferenceValues.Wave(92, 9), ["Gate.Bias"] = ReferenceValues.Wave(94, 3),
            });
            string name = kind switch { Nonlinearity.FullGlu => "full_glu", Nonlinearity.HalfGlu1 => "half_glu1", _ => "half_glu2" };
            double[] expected = ReferenceValues.At($"glu_variants/{name}");
            PositionWise.Glu(p, [.. v.Chunk(3)], kind).Flat().Should().BeNear(expected, Tolerance.Reference, $"oracle {kind}");
            Run(layout => new Glu(layout, kind, 3, 0, 0), p).Forward(v.ToFloat(), 2)
                .Should().BeNear(expected, Tolerance.Forward, $"layer {kind}");
        }
    }

    [Fact]
    public void Norms_MatchReference()
    {
        var p = OracleParameters.Of(new Dictionary<string, double[]> { ["Scale"] = [1, 1, 1, 1], ["Bias"] = [0, 0, 0, 0] });
        double[][] v = ReferenceValues.Rows("norms/v", 4);
        double[] layer = ReferenceValues.At("norms/layernorm"), rms = ReferenceValues.At("norms/rmsnorm");
        PositionWise.LayerNorm(p, v, 1e-6).Flat().Should().BeNear(layer, Tolerance.Reference, "oracle LayerNorm");
        PositionWise.RmsNorm(p, v, 1e-6).Flat().Should().BeNear(rms, Tolerance.Reference, "oracle RmsNorm");
        Run(layout => new LayerNorm(layout, 4), p).Forward(v.Flat().ToFloat(), 1)
            .Should().BeNear(layer, Tolerance.OtherEpsilon, "LayerNorm");
        Run(layout => new RmsNorm(layout, 4), p).Forward(v.Flat().ToFloat(), 1).Should().BeNear(rms, Tolerance.OtherEpsilon, "RmsNorm");
    }

    [Fact]
    public void GeluAndSigmoidOracles_MatchReference()
    {
        double[] x = ReferenceValues.At("activations/x");
        Array.ConvertAll(x, KernelOracle.Gelu).Should().BeNear(ReferenceValues.At("activations/gelu_tanh"), Tolerance.Reference, "gelu");
        Array.ConvertAll(x, KernelOracle.Sigmoid)
            .Should().BeNear(ReferenceValues.At("activations/sigmoid"), Tolerance.Reference, "sigmoid");
    }

    private static readonly string[] LruOrder = ["NuLog", "ThetaLog", "B", "C", "D"];

    private static OracleParameters LruParameters(string entry) => OracleParameters.Of(new Dictionary<string, double[]>
    {
        ["NuLog"] = ReferenceValues.At($"{entry}/nu"),
        ["ThetaLog"] = ReferenceValues.At($"{entry}/theta"),
        ["B"] = [.. ReferenceValues.At($"{entry}/b/re"), .. ReferenceValues.At($"{entry}/b/im")],
        ["C"] = [.. ReferenceValues.At($"{entry}/c/re"), .. ReferenceValues.At($"{entry}/c/im")],
        ["D"] = ReferenceValues.At($"{entry}/D"),
    });

    internal static OracleParameters S5Parameters(string entry, int states, (string Name, int Wave)[]? readOuts = null,
        double? feedThrough = null)
    {
        var values = new Dictionary<string, double[]>
        {
            ["LambdaReLog"] = Array.ConvertAll(ReferenceValues.At($"{entry}/lam/re"), re => Math.Log(-re)),
            ["LambdaIm"] = ReferenceValues.At($"{entry}/lam/im"),
            ["LogStep"] = Array.ConvertAll(ReferenceValues.At($"{entry}/step"), Math.Log),
            ["B"] = [.. ReferenceValues.At($"{entry}/B/re"), .. ReferenceValues.At($"{entry}/B/im")],
            ["D"] = Array.ConvertAll(ReferenceValues.At($"{entry}/D"), d => feedThrough ?? d),
        };
        foreach (var (name, wave) in readOuts ?? [("C", 6)])
        {
            // (H, N) twice to (H, 2, N).
            double[] re = ReferenceValues.Wave(wave, 2 * states), im = ReferenceValues.Wave(wave + 1, 2 * states);
            values[name] = [.. re.Chunk(states).Zip(im.Chunk(states), (a, b) => (double[])[.. a, .. b]).SelectMany(row => row)];
        }
        return OracleParameters.Of(values);
    }

    internal static LayerRun Run(Func<ParameterLayout, Layer> create, OracleParameters p)
    {
        var run = new LayerRun(create);
        foreach (var parameter in run.Parameters.Parameters)
            p[parameter.Name].ToFloat().CopyTo(run.Parameters[parameter.Name]);
        return run;
    }
}
