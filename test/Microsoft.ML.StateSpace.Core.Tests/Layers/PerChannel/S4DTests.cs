using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

internal static class S4DCase
{
    public static S4DOptions Lin { get; } = new() { StepSizeMinimum = 0.01 };
}

/// <summary>What holds for S4D beyond the laws of every layer.</summary>
[Trait("Kind", "Law")]
public class S4DTests
{
    public static TheoryData<int, bool> Lengths
    {
        get
        {
            var data = new TheoryData<int, bool>();
            foreach (int length in new[] { 31, 32, 33, 64, 95, 129, 160, 300 })
            {
                data.Add(length, false);
                data.Add(length, true);
            }
            return data;
        }
    }

    // Lengths with every number of chunks that kernels take at a time; widths with every lane and with more than one group.
    [Theory]
    [MemberData(nameof(Lengths))]
    public void ForwardAndBackward_MatchOracle_OverManyChunks(int length, bool twoWay)
    {
        foreach (int size in new[] { 1, 21 })
        {
            var run = new LayerRun(layout => new S4D(layout, S4DCase.Lin, size, 2, twoWay));
            int[] lengths = [length, 5];
            int rows = lengths.Sum();
            float[] input = Draw.Uniform(rows * size, -2, 2, 5), upstream = Draw.Uniform(rows * size, 3), inputGradient = new float[input.Length];
            var p = OracleParameters.Of(run.Parameters);
            double[][][] x = Rows.Unpack(input, size, lengths);
            double[] Output() => x.Select(sequence => ChannelCores.S4D(p, sequence, Discretization.ZeroOrderHold)).Flat();
            double Loss() => NumericGradient.Dot(upstream.ToDouble(), Output());
            Near.Equal(Output(), run.Forward(input, lengths), Tolerance.Forward, "y");
            var gradients = new ParameterSet(run.Parameters.Parameters);
            run.Backward(input, lengths, upstream, inputGradient, gradients);
            foreach (var parameter in run.Parameters.Parameters)
                Near.Equal(NumericGradient.Of(Loss, p.All[parameter.Name]), gradients[parameter.Name], Tolerance.Gradient, parameter.Name);
            if (size == 1)
                Near.Equal([.. x.SelectMany(sequence => NumericGradient.Of(Loss, sequence))], inputGradient, Tolerance.Gradient, "u");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Executions_Agree_InOutputsAndGradients(bool twoWay)
    {
        const int Size = 19;
        int[] lengths = [500, 33, 500, 1024, 1];
        float[] input = Draw.Uniform(lengths.Sum() * Size, -2, 2, 5), upstream = Draw.Uniform(input.Length, 3);
        var (scanned, scanGradient, scanInput) = Run(ChannelExecution.Scan);
        var (convolved, convolutionGradient, convolutionInput) = Run(ChannelExecution.Convolution);
        Near.Equal(scanned.ToDouble(), convolved, Tolerance.Forward, "y");
        Near.Equal(scanInput.ToDouble(), convolutionInput, Tolerance.Gradient, "u");
        foreach (var parameter in scanGradient.Parameters)
            Near.Equal(scanGradient[parameter.Name].ToArray().ToDouble(), convolutionGradient[parameter.Name], Tolerance.Gradient, parameter.Name);

        (float[] Output, ParameterSet Gradients, float[] InputGradient) Run(ChannelExecution execution)
        {
            var run = new LayerRun(layout => new S4D(layout, S4DCase.Lin with { Execution = execution }, Size, 4, twoWay));
            var gradients = new ParameterSet(run.Parameters.Parameters);
            var inputGradient = new float[input.Length];
            run.Backward(input, lengths, upstream, inputGradient, gradients);
            return (run.Forward(input, lengths), gradients, inputGradient);
        }
    }

    [Fact]
    public void Sobolev_NeedsABidirectionalModel()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(new S4DOptions { SobolevExponent = 0.5, Bidirectional = false }.Validate);
        Assert.Contains("sees the future", error.Message, StringComparison.Ordinal);
        new S4DOptions { SobolevExponent = 0.5, Bidirectional = true }.Validate();
    }

    [Theory]
    [InlineData("0.0", 0)]
    [InlineData("0.5", 0.5)]
    [InlineData("-1.0", -1)]
    public void SobolevOracle_MatchesReference(string name, double exponent)
    {
        double[] k = [.. ReferenceValues.At("fft_conv/k"), .. new double[6]], u = [.. ReferenceValues.At("fft_conv/u"), .. new double[6]];
        Near.Equal(ReferenceValues.At($"sobolev_beta_{name}/y"), Array.ConvertAll(ChannelCores.Filtered(k, u, exponent)[..6], value => (float)value),
            Tolerance.Forward, "y");
    }

    [Theory]
    [InlineData("zoh", Discretization.ZeroOrderHold)]
    [InlineData("bilinear", Discretization.Bilinear)]
    public void S4D_MatchesReference(string name, Discretization discretization)
    {
        var run = new LayerRun(layout => new S4D(layout, new S4DOptions { Discretization = discretization }, 1, 2, bidirectional: false));
        Set("LambdaReLog", Array.ConvertAll(ReferenceValues.At("s4d/lam/re"), re => Math.Log(-re)));
        Set("LambdaIm", ReferenceValues.At("s4d/lam/im"));
        Set("LogStep", [Math.Log(ReferenceValues.Number("s4d/dt"))]);
        Set("C", [.. ReferenceValues.At("s4d/C/re"), .. ReferenceValues.At("s4d/C/im")]);
        Set("D", [0.3]);
        float[] u = ReferenceValues.At("s4d/u").ToFloat(), y = run.Forward(u, u.Length);
        Near.Equal(ReferenceValues.At($"s4d/y_{name}"), y, Tolerance.Forward, "y");
        float[] impulse = [1, 0, 0, 0, 0, 0, 0, 0], response = run.Forward(impulse, impulse.Length);
        response[0] -= 0.3f;
        Near.Equal(ReferenceValues.At($"s4d/K_{name}"), response, Tolerance.Forward, "K");
        var gradients = new ParameterSet(run.Parameters.Parameters);
        run.Backward(u, [u.Length], y, new float[u.Length], gradients);
        float[] gradient = [.. new[] { "LambdaReLog", "LambdaIm", "LogStep", "C", "D" }.SelectMany(parameter => gradients[parameter].ToArray())];
        Near.Equal(ReferenceValues.At($"s4d/grad_{name}"), gradient, Tolerance.Gradient, "gradient");

        void Set(string parameter, double[] values) => values.ToFloat().CopyTo(run.Parameters[parameter]);
    }

    [Theory]
    [InlineData("zoh", Discretization.ZeroOrderHold)]
    [InlineData("bilinear", Discretization.Bilinear)]
    public void Oracle_MatchesReference(string name, Discretization discretization)
    {
        var p = OracleParameters.Of(new Dictionary<string, double[]>
        {
            ["LambdaReLog"] = Array.ConvertAll(ReferenceValues.At("s4d/lam/re"), re => Math.Log(-re)),
            ["LambdaIm"] = ReferenceValues.At("s4d/lam/im"),
            ["LogStep"] = [Math.Log(ReferenceValues.Number("s4d/dt"))],
            ["C"] = [.. ReferenceValues.At("s4d/C/re"), .. ReferenceValues.At("s4d/C/im")],
            ["D"] = [0.3],
        });
        double[][] u = ReferenceValues.Rows("s4d/u", 1);
        Near.Equal(ReferenceValues.At($"s4d/K_{name}"), ChannelCores.S4DKernel(p, 0, 8, discretization), Tolerance.Reference, "K");
        Near.Equal(ReferenceValues.At($"s4d/y_{name}"), ChannelCores.S4D(p, u, discretization).Flat(), Tolerance.Reference, "y");
        double Loss() => 0.5 * ChannelCores.S4D(p, u, discretization).Flat().Sum(y => y * y);
        double[] gradient = [.. new[] { "LambdaReLog", "LambdaIm", "LogStep", "C", "D" }.SelectMany(parameter => NumericGradient.Of(Loss, p.All[parameter]))];
        Near.Equal(ReferenceValues.At($"s4d/grad_{name}"), gradient, Tolerance.ReferenceGradient, "gradient");
    }

    [Theory]
    [InlineData("lin", S4DInitialization.Lin)]
    [InlineData("inv", S4DInitialization.Inv)]
    [InlineData("legs", S4DInitialization.LegS)]
    public void InitialPoles_MatchReference(string name, S4DInitialization initialization)
    {
        var set = Create(new S4DOptions { Initialization = initialization }, 4);
        foreach (int channel in new[] { 0, 1 })
        {
            Near.Equal(ReferenceValues.At($"s4d_inits_N8/{name}/im"), set["LambdaIm"].Slice(4 * channel, 4), 2 * Tolerance.Rounding, "im");
            Near.Equal(ReferenceValues.At($"s4d_inits_N8/{name}/re"), [.. set["LambdaReLog"].Slice(4 * channel,
                4).ToArray().Select(value => -Math.Exp(value))], 2 * Tolerance.Rounding, "re");
        }
    }

    [Fact]
    public void InitialPoles_OfRealAndQuad_MatchReference()
    {
        Near.Equal(ReferenceValues.At("s4d_inits_N8/quad_imag"), Create(new S4DOptions { Initialization = S4DInitialization.Quad }, 4)["LambdaIm"][..4],
            2 * Tolerance.Rounding, "quad");
        var real = Create(new S4DOptions { Initialization = S4DInitialization.Real }, 8);
        Near.Equal(ReferenceValues.At("s4d_inits_N8/real"), [.. real["LambdaReLog"][..8].ToArray().Select(value => -Math.Exp(value))], 4 * Tolerance.Rounding,
            "real");
        Assert.All(real["LambdaIm"].ToArray(), im => Assert.Equal(0, im));
    }

    // The eigenvectors' phases are arbitrary, the moduli of V^* B are not.
    [Fact]
    public void InitialB_OfLegS_MatchesReference()
    {
        float[] b = Create(new S4DOptions { Initialization = S4DInitialization.LegS }, 4)["B"][..8].ToArray();
        double[] re = ReferenceValues.At("hippo_legs_N8/VhB/re"), im = ReferenceValues.At("hippo_legs_N8/VhB/im");
        Near.Equal([.. Enumerable.Range(4, 4).Select(n => Math.Sqrt(re[n] * re[n] + im[n] * im[n]))], [.. Enumerable.Range(0,
            4).Select(n => MathF.Sqrt(b[n] * b[n] + b[4 + n] * b[4 + n]))], Tolerance.Forward, "B");
    }

    [Fact]
    public void FrequencyScale_MultipliesFrequencies_AndSilencesWhatItTakesBeyondNyquist()
    {
        var options = new S4DOptions { StepSizeMinimum = 0.05, StepSizeMaximum = 0.1 };
        ParameterSet published = Create(options, 16), scaled = Create(options with { FrequencyScale = 3 }, 16);
        int silent = 0;
        for (int i = 0; i < 2 * 16; i++)
        {
            Assert.Equal(3 * published["LambdaIm"][i], scaled["LambdaIm"][i], 4 * Tolerance.Rounding * scaled["LambdaIm"][i]);
            double phase = scaled["LambdaIm"][i] * Math.Exp(scaled["LogStep"][i / 16]);
            bool beyond = phase > Math.PI && phase / 3 <= Math.PI;
            int c = i / 16 * 32 + i % 16;
            Assert.Equal(beyond, scaled["C"][c] == 0 && scaled["C"][c + 16] == 0);
            silent += beyond ? 1 : 0;
        }
        Assert.InRange(silent, 1, 31);
    }

    private static ParameterSet Create(S4DOptions options, int states)
    {
        var layout = new ParameterLayout();
        _ = new S4D(layout, options, 2, states, bidirectional: false);
        return layout.Create(new Random(1));
    }
}
