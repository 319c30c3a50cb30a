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

    [Theory]
    [InlineData(S4DInitialization.Lin)]
    [InlineData(S4DInitialization.LegS)]
    public void HeldInput_GivesTheSameOutput_HoweverTimeIsCut(S4DInitialization initialization)
        => IntervalTests.HeldInput_GivesTheSameOutput_HoweverTimeIsCut(layout => new IrregularS4D(
            layout, S4DCase.Lin with { Initialization = initialization }, 5, 3, bidirectional: false));

    // As many rows as make several chunks, so that the states before them are kept and computed again; widths with every lane.
    [Theory]
    [MemberData(nameof(Lengths))]
    public void Irregular_MatchesOracle_OverManyChunks(int length, bool twoWay)
    {
        foreach (int size in new[] { 1, 21 })
        {
            var run = new LayerRun(layout => new IrregularS4D(layout, S4DCase.Lin, size, 2, twoWay));
            int[] lengths = [length, 5];
            int rows = lengths.Sum();
            run.Intervals = Draw.Uniform(rows, 0.2, 3, 6);
            float[] input = Draw.Uniform(rows * size, -2, 2, 5), upstream = Draw.Uniform(rows * size, 3),
                inputGradient = new float[input.Length];
            var p = OracleParameters.Of(run.Parameters);
            double[][][] x = Rows.Unpack(input, size, lengths);
            double[][] intervals = [run.Intervals[..length].ToDouble(), run.Intervals[length..].ToDouble()];
            double[] Output()
                => x.Select((sequence, s) => ChannelCores.S4D(p, sequence, Discretization.ZeroOrderHold, intervals[s])).Flat();
            double Loss() => NumericGradient.Dot(upstream.ToDouble(), Output());
            run.Forward(input, lengths).Should().BeNear(Output(), Tolerance.Forward, "y");
            var gradients = new ParameterSet(run.Parameters.Parameters);
            run.Backward(input, lengths, upstream, inputGradient, gradients);
            foreach (var parameter in run.Parameters.Parameters)
                gradients[parameter.Name]
                    .Should().BeNear(NumericGradient.Of(Loss, p.All[parameter.Name]), Tolerance.Gradient, parameter.Name);
            if (size == 1)
                inputGradient.Should().BeNear([.. x.SelectMany(sequence => NumericGradient.Of(Loss, sequence))], Tolerance.Gradient, "u");
        }
    }

    [Fact]
    public void SobolevFilter_RefusesIntervals()
        => Invoking(() => new S4DOptions { SobolevExponent = 1 }.RequireIntervals())
            .Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("SobolevExponent").WithMessage("*IntervalColumnName*");

    // The lengths have every number of chunks that kernels take at a time. The widths have every lane, and more than one group.
    [Theory]
    [MemberData(nameof(Lengths))]
    public void ForwardAndBackward_MatchOracle_OverManyChunks(int length, bool twoWay)
    {
        foreach (int size in new[] { 1, 21 })
        {
            var run = new LayerRun(layout => new S4D(layout, S4DCase.Lin, size, 2, twoWay));
            int[] lengths = [length, 5];
            int rows = lengths.Sum();
            float[] input = Draw.Uniform(rows * size, -2, 2, 5), upstream = Draw.Uniform(rows * size, 3),
                inputGradient = new float[input.Length];
            var p = OracleParameters.Of(run.Parameters);
            double[][][] x = Rows.Unpack(input, size, lengths);
            double[] Output() => x.Select(sequence => ChannelCores.S4D(p, sequence, Discretization.ZeroOrderHold)).Flat();
            double Loss() => NumericGradient.Dot(upstream.ToDouble(), Output());
            run.Forward(input, lengths).Should().BeNear(Output(), Tolerance.Forward, "y");
            var gradients = new ParameterSet(run.Parameters.Parameters);
            run.Backward(input, lengths, upstream, inputGradient, gradients);
            foreach (var parameter in run.Parameters.Parameters)
                gradients[parameter.Name]
                    .Should().BeNear(NumericGradient.Of(Loss, p.All[parameter.Name]), Tolerance.Gradient, parameter.Name);
            if (size == 1)
                inputGradient.Should().BeNear([.. x.SelectMany(sequence => NumericGradient.Of(Loss, sequence))], Tolerance.Gradient, "u");
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
        convolved.Should().BeNear(scanned.ToDouble(), Tolerance.Forward, "y");
        convolutionInput.Should().BeNear(scanInput.ToDouble(), Tolerance.Gradient, "u");
        foreach (var parameter in scanGradient.Parameters)
            convolutionGradient[parameter.Name]
                .Should().BeNear(scanGradient[parameter.Name].ToArray().ToDouble(), Tolerance.Gradient, parameter.Name);

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
        Invoking(new S4DOptions { SobolevExponent = 0.5, Bidirectional = false }.Validate)
            .Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage("*sees the future*");
        new S4DOptions { SobolevExponent = 0.5, Bidirectional = true }.Validate();
    }

    [Theory]
    [InlineData("0.0", 0)]
    [InlineData("0.5", 0.5)]
    [InlineData("-1.0", -1)]
    public void SobolevOracle_MatchesReference(string name, double exponent)
    {
        double[] k = [.. ReferenceValues.At("fft_conv/k"), .. new double[6]], u = [.. ReferenceValues.At("fft_conv/u"), .. new double[6]];
        Array.ConvertAll(ChannelCores.Filtered(k, u, exponent)[..6], value => (float)value)
            .Should().BeNear(ReferenceValues.At($"sobolev_beta_{name}/y"), Tolerance.Forward, "y");
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
        y.Should().BeNear(ReferenceValues.At($"s4d/y_{name}"), Tolerance.Forward, "y");
        float[] impulse = [1, 0, 0, 0, 0, 0, 0, 0], response = run.Forward(impulse, impulse.Length);
        response[0] -= 0.3f;
        response.Should().BeNear(ReferenceValues.At($"s4d/K_{name}"), Tolerance.Forward, "K");
        var gradients = new ParameterSet(run.Parameters.Parameters);
        run.Backward(u, [u.Length], y, new float[u.Length], gradients);
        float[] gradient = [
            .. new[] { "LambdaReLog", "LambdaIm", "LogStep", "C", "D" }.SelectMany(parameter => gradients[parameter].ToArray())];
        gradient.Should().BeNear(ReferenceValues.At($"s4d/grad_{name}"), Tolerance.Gradient, "gradient");

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
        ChannelCores.S4DKernel(p, 0, 8, discretization).Should().BeNear(ReferenceValues.At($"s4d/K_{name}"), Tolerance.Reference, "K");
        ChannelCores.S4D(p, u, discretization).Flat().Should().BeNear(ReferenceValues.At($"s4d/y_{name}"), Tolerance.Reference, "y");
        double Loss() => 0.5 * ChannelCores.S4D(p, u, discretization).Flat().Sum(y => y * y);
        double[] gradient = [
            .. new[] { "LambdaReLog", "LambdaIm", "LogStep", "C", "D" }.SelectMany(
                parameter => NumericGradient.Of(Loss, p.All[parameter]))];
        gradient.Should().BeNear(ReferenceValues.At($"s4d/grad_{name}"), Tolerance.ReferenceGradient, "gradient");
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
            set["LambdaIm"].Slice(4 * channel, 4)
                .Should().BeNear(ReferenceValues.At($"s4d_inits_N8/{name}/im"), 2 * Tolerance.Rounding, "im");
            set["LambdaReLog"].Slice(4 * channel, 4).ToArray().Select(value => -Math.Exp(value))
                .Should().BeNear(ReferenceValues.At($"s4d_inits_N8/{name}/re"), 2 * Tolerance.Rounding, "re");
        }
    }

    [Fact]
    public void InitialPoles_OfRealAndQuad_MatchReference()
    {
        Create(new S4DOptions { Initialization = S4DInitialization.Quad }, 4)["LambdaIm"][..4]
            .Should().BeNear(ReferenceValues.At("s4d_inits_N8/quad_imag"), 2 * Tolerance.Rounding, "quad");
        var real = Create(new S4DOptions { Initialization = S4DInitialization.Real }, 8);
        real["LambdaReLog"][..8].ToArray().Select(value => -Math.Exp(value))
            .Should().BeNear(ReferenceValues.At("s4d_inits_N8/real"), 4 * Tolerance.Rounding, "real");
        real["LambdaIm"].ToArray().Should().OnlyContain(im => im == 0);
    }

    // The eigenvectors' phases are arbitrary, the moduli of V^* B are not.
    [Fact]
    public void InitialB_OfLegS_MatchesReference()
    {
        float[] b = Create(new S4DOptions { Initialization = S4DInitialization.LegS }, 4)["B"][..8].ToArray();
        double[] re = ReferenceValues.At("hippo_legs_N8/VhB/re"), im = ReferenceValues.At("hippo_legs_N8/VhB/im");
        Enumerable.Range(0, 4).Select(n => MathF.Sqrt(b[n] * b[n] + b[4 + n] * b[4 + n]))
            .Should().BeNear([.. Enumerable.Range(4, 4).Select(n => Math.Sqrt(re[n] * re[n] + im[n] * im[n]))], Tolerance.Forward, "B");
    }

    [Fact]
    public void FrequencyScale_MultipliesFrequencies_AndSilencesWhatItTakesBeyondNyquist()
    {
        var options = new S4DOptions { StepSizeMinimum = 0.05, StepSizeMaximum = 0.1 };
        ParameterSet published = Create(options, 16), scaled = Create(options with { FrequencyScale = 3 }, 16);
        int silent = 0;
        for (int i = 0; i < 2 * 16; i++)
        {
            scaled["LambdaIm"][i].Should().BeApproximately(3 * published["LambdaIm"][i], 4 * Tolerance.Rounding * scaled["LambdaIm"][i]);
            double phase = scaled["LambdaIm"][i] * Math.Exp(scaled["LogStep"][i / 16]);
            bool beyond = phase > Math.PI && phase / 3 <= Math.PI;
            int c = i / 16 * 32 + i % 16;
            (scaled["C"][c] == 0 && scaled["C"][c + 16] == 0).Should().Be(beyond);
            silent += beyond ? 1 : 0;
        }
        silent.Should().BeInRange(1, 31);
    }

    private static ParameterSet Create(S4DOptions options, int states)
    {
        var layout = new ParameterLayout();
        _ = new S4D(layout, options, 2, states, bidirectional: false);
        return layout.Create(new Random(1));
    }
}
