using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

[Trait("Kind", "Law")]
public class LivTests
{
    private const int Size = 6, States = 4;

    // Delta, b and c follow from the input, so they are held with it.
    [Fact]
    public void HeldInput_GivesTheSameOutput_HoweverTimeIsCut()
        => IntervalTests.HeldInput_GivesTheSameOutput_HoweverTimeIsCut(
            layout => new Liv(layout, new LivOptions { StepSizeMinimum = 0.01 }, Size, States, hasIntervals: true));

    [Fact]
    public void Liv_MatchesReference()
    {
        var p = OracleParameters.Of(new Dictionary<string, double[]>
        {
            ["Mu"] = [Math.Log(0.5), Math.Log(0.4)],
            ["Theta"] = [Math.Log(2), Math.Log(5)],
            ["StepProj"] = ReferenceValues.Wave(80, 4),
            ["StepBias"] = [-1, -2],
            ["InputProj"] = Planes(81),
            ["InputBias"] = [1, 1, 0, 0],
            ["OutputProj"] = Planes(83),
            ["OutputBias"] = [1, 1, 0, 0],
            ["B"] = Planes(4),
            ["C"] = [
                .. ReferenceValues.Wave(6, 4).Chunk(2).Zip(ReferenceValues.Wave(7, 4).Chunk(2), (re, im) => (double[])[.. re, .. im])
                .SelectMany(row => row)],
        });
        double[][] u = [.. ReferenceValues.Wave(8, 10, 1).Chunk(2)];
        var (outputs, states) = SelectiveCores.Liv(p, u, InputDiscretization.ZeroOrderHold);
        outputs.Flat().Should().BeNear(ReferenceValues.At("liv_complex/y"), Tolerance.Reference, "oracle");
        states.SelectMany(x => x.Select(z => z.Real))
            .Should().BeNear(ReferenceValues.At("liv_complex/states/re"), Tolerance.Reference, "Re x");
        states.SelectMany(x => x.Select(z => z.Imaginary))
            .Should().BeNear(ReferenceValues.At("liv_complex/states/im"), Tolerance.Reference, "Im x");

        var run = new LayerRun(layout => new Liv(layout, new LivOptions(), 2, 2));
        foreach (var parameter in run.Parameters.Parameters)
            p[parameter.Name].ToFloat().CopyTo(run.Parameters[parameter.Name]);
        run.Forward(u.Flat().ToFloat(), 5).Should().BeNear(ReferenceValues.At("liv_complex/y"), Tolerance.Forward, "y");

        static double[] Planes(int wave) => [.. ReferenceValues.Wave(wave, 4), .. ReferenceValues.Wave(wave + 1, 4)];
    }

    // Where the parts that vary are zero, the layer is a time-invariant S5: the one that the initial values are drawn for.
    [Fact]
    public void InitialLayer_WithoutVariation_IsAnS5()
    {
        ParameterSet liv = Create(layout => new Liv(layout, new LivOptions(), Size, States)),
            s5 = Create(layout => new S5(layout, new S5Options(), Size, States, bidirectional: false));
        foreach (string name in new[] { "StepProj", "InputProj", "OutputProj" })
            liv[name].Clear();
        double[][] u = [.. Draw.Uniform(30 * Size, 4).ToDouble().Chunk(Size)];
        OracleParameters p = OracleParameters.Of(liv), q = OracleParameters.Of(s5);
        for (int n = 0; n < States; n++)
        {
            Math.Exp(p["Theta"][n]).Should().BeApproximately(-q["LambdaIm"][n], 1e-5 * Math.Exp(p["Theta"][n]));
            q["LambdaIm"][n] = Math.Exp(p["Theta"][n]);
            q["LogStep"][n] = Math.Log(KernelOracle.Softplus(p["StepBias"][n]));
        }
        p["B"].CopyTo(q["B"], 0);
        for (int i = 0; i < q["C"].Length; i++)
            q["C"][i] = p["C"][i] / 2;
        q["D"].AsSpan().Clear();
        SelectiveCores.Liv(p, u, InputDiscretization.ZeroOrderHold).Outputs.Flat()
            .Should().BeNear(Cores.S5(q, u, Discretization.ZeroOrderHold).Flat(), Tolerance.Forward, "y");
    }

    public static TheoryData<InputDiscretization, string, float> Extremes()
    {
        var cases = new TheoryData<InputDiscretization, string, float>();
        foreach (var discretization in Enum.GetValues<InputDiscretization>())
            foreach (string name in new[] { "Mu", "Theta", "StepBias" })
                foreach (float value in new[] { -100f, -50, -20, -5, 0, 5, 20, 50 })
                    cases.Add(discretization, name, value);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Extremes))]
    public void OutputsAndGradients_StayFinite(InputDiscretization discretization, string parameter, float value)
    {
        const int Length = 30;
        var run = new LayerRun(layout => new Liv(layout, new LivOptions { InputDiscretization = discretization }, 5, States));
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

    private static ParameterSet Create(Func<ParameterLayout, Layer> create)
    {
        var layout = new ParameterLayout();
        create(layout);
        return layout.Create(new Random(3));
    }
}
