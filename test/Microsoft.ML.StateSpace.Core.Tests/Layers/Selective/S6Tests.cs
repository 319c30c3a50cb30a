using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

[Trait("Kind", "Law")]
public class S6Tests
{
    private const int Size = 40, States = 3, Length = 70;

    // Delta, B and C follow from the input, so they are held with it.
    [Fact]
    public void HeldInput_GivesTheSameOutput_HoweverTimeIsCut()
        => IntervalTests.HeldInput_GivesTheSameOutput_HoweverTimeIsCut(
            layout => new S6(
                layout, new S6Options { InputDiscretization = InputDiscretization.ZeroOrderHold, StepSizeMinimum = 0.01 }, Size, States,
                hasIntervals: true));

    [Fact]
    public void InitialValues_AreThoseOfMamba()
    {
        var set = Create(new S6Options { ModelSize = 20 }, new Random(3));
        set["ALog"].Should().BeNear([.. Enumerable.Repeat((double[])[0, Math.Log(2), Math.Log(3)], Size).SelectMany(row => row)],
            Tolerance.Rounding, "ALog");
        set["D"].ToArray().Should().OnlyContain(d => d == 1);
        // A rank of 20 / 16, rounded up.
        set.Find("XProj")!.Shape.Should().Equal(2 + 2 * States, Size);
        set.Find("DtProj")!.Shape.Should().Equal(Size, 2);
        set["XProj"].ToArray().Should().AllSatisfy(w => w.Should().BeInRange(-1 / Math.Sqrt(Size), 1 / Math.Sqrt(Size)));
        set["DtProj"].ToArray().Should().AllSatisfy(w => w.Should().BeInRange(-1 / Math.Sqrt(2), 1 / Math.Sqrt(2)));
    }

    [Fact]
    public void InitialSteps_AreLogUniformBetweenTheBounds()
    {
        double[] steps = Array.ConvertAll(
            Create(new S6Options { StepSizeMinimum = 0.01, StepSizeMaximum = 1 }, new Random(3))["DtBias"].ToArray(),
            bias => KernelOracle.Softplus(bias));
        // The bias is up to 5, and its rounding is a relative error of the step.
        double allowed = 8 * Tolerance.Rounding;
        steps.Should().AllSatisfy(step => step.Should().BeInRange(0.01 * (1 - allowed), 1 + allowed));
        // The mean logarithm is log 0.1. One draw has the standard deviation log 100 / sqrt 12; five deviations of the mean are allowed.
        steps.Average(Math.Log).Should().BeApproximately(Math.Log(0.1), 5 * Math.Log(100) / Math.Sqrt(12 * Size));
    }

    [Fact]
    public void InitialSteps_AreNeverBelowAThousandthOfATenth()
        => Create(new S6Options { StepSizeMinimum = 1e-9, StepSizeMaximum = 1e-8 }, new Random(3))["DtBias"].ToArray()
            .Should().AllSatisfy(bias => KernelOracle.Softplus(bias).Should().BeApproximately(1e-4, 1e-4 * 20 * Tolerance.Rounding));

    [Fact]
    public void WeightDecay_SparesRatesSkipsAndSteps()
    {
        var set = Create(new S6Options(), new Random(3));
        set.Parameters.Where(p => p.Group == ParameterGroup.Decayed).Select(p => p.Name).Should().Equal("XProj", "DtProj");
        set.Parameters.Where(p => p.Group == ParameterGroup.StateSpace).Select(p => p.Name).Should().Equal("ALog", "DtBias");
    }

    public static TheoryData<InputDiscretization, string, float> Extremes()
    {
        var cases = new TheoryData<InputDiscretization, string, float>();
        foreach (var discretization in Enum.GetValues<InputDiscretization>())
            foreach (string name in new[] { "ALog", "DtBias" })
                foreach (float value in new[] { -100f, -50, -20, -5, 0, 5, 20, 50, 90 })
                    cases.Add(discretization, name, value);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Extremes))]
    public void OutputsAndGradients_StayFinite(InputDiscretization discretization, string parameter, float value)
    {
        var run = new LayerRun(layout => new S6(layout, new S6Options { InputDiscretization = discretization }, 5, States));
        run.Parameters[parameter].Fill(value);
        float[] input = Draw.Uniform(Length * 5), inputGradient = new float[input.Length];
        var gradients = new ParameterSet(run.Parameters.Parameters);
        float[] output = run.Forward(input, Length);
        run.Backward(input, [Length], Draw.Uniform(output.Length, 2), inputGradient, gradients);
        output.Should().OnlyContain(y => float.IsFinite(y), "the output stays finite");
        inputGradient.Should().OnlyContain(g => float.IsFinite(g), "the gradient of the input stays finite");
        foreach (var p in gradients.Parameters)
            gradients[p.Name].ToArray().Should().OnlyContain(g => float.IsFinite(g), $"the gradient of {p.Name} stays finite");
    }

    // Euler's rule takes Delta in place of (1 - exp(-Delta a)) / a. Half of the step makes a quarter of the difference.
    [Fact]
    public void BothInputRules_AgreeToTheSquareOfTheStep()
    {
        double coarse = Difference(0.02), fine = Difference(0.01);
        (coarse / fine).Should().BeInRange(3.6, 4.4);

        static double Difference(double step)
        {
            double[][] u = [[1], [0]], delta = [[step], [step]], one = [[1], [1]];
            double[] aLog = [0.3], skip = [0];
            double euler = SelectiveCores.Scan(aLog, skip, u, delta, one, one, InputDiscretization.Euler).Outputs[0][0];
            return Math.Abs(euler - SelectiveCores.Scan(aLog, skip, u, delta, one, one, InputDiscretization.ZeroOrderHold).Outputs[0][0]);
        }
    }

    [Fact]
    public void MambaBlock_MatchesReference()
    {
        var options = new S6Options
        {
            Layers = 1, ModelSize = 2, StateSize = 2, StepRank = 1, Bidirectional = false, Dropout = 0, Norm = NormKind.None,
            Scaffold = new MambaScaffold(),
        };
        double[] win = Wave("Win", 16), u = ReferenceValues.At("mamba_block/U");
        var p = OracleParameters.Of(new Dictionary<string, double[]>
        {
            ["Core.In.Weight"] = win[..8],
            ["Core.Gate.Weight"] = win[8..],
            ["Core.Convolution.Weight"] = Wave("convw", 16),
            ["Core.Convolution.Bias"] = Wave("convb", 4),
            ["Core.StateSpace.ALog"] = [.. Enumerable.Repeat((double[])[0, Math.Log(2)], 4).SelectMany(row => row)],
            ["Core.StateSpace.D"] = [1, 1, 1, 1],
            ["Core.StateSpace.XProj"] = Wave("Wx", 20),
            ["Core.StateSpace.DtProj"] = Wave("Wdt", 4),
            ["Core.StateSpace.DtBias"] = Wave("bdt", 4),
            ["Core.Out.Weight"] = Wave("Wout", 8),
        });
        double[] expected = [.. ReferenceValues.At("mamba_block/out").Zip(u, (y, x) => x + y)];
        var oracle = new ModelOracle(
            new SequenceModelOptions { Task = SequenceTask.SequenceToSequence, Inputs = 2, Outputs = 2, Architecture = options });
        oracle.Block(p, [.. u.Chunk(2)]).Flat().Should().BeNear(expected, Tolerance.Reference, "oracle");

        var run = new LayerRun(layout => new Scaffolding(layout, options, 2).CreateBranches(1).Single());
        foreach (var parameter in run.Parameters.Parameters)
            p[parameter.Name["Blocks.0.".Length..]].ToFloat().CopyTo(run.Parameters[parameter.Name]);
        run.Forward(u.ToFloat(), 5).Should().BeNear(expected, Tolerance.Forward, "block");

        static double[] Wave(string name, int length)
            => ReferenceValues.Wave((int)ReferenceValues.Number($"mamba_block/params/{name}/k"), length);
    }

    private static ParameterSet Create(S6Options options, Random random)
    {
        var layout = new ParameterLayout();
        _ = new S6(layout, options, Size, States);
        return layout.Create(random);
    }
}
