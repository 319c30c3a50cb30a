using System.Numerics;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis.Control;

/// <summary>States of diagonal cores, their costates, and how far these reach.</summary>
public class StateCostateTests
{
    private const int Length = 6, States = 2;

    private static readonly SequenceModelOptions Line = new()
    {
        Task = SequenceTask.SequenceToSequence, Inputs = 1, Outputs = 1,
        Architecture = new LruOptions { Layers = 1, ModelSize = 1, StateSize = 1, Bidirectional = false, Dropout = 0 },
    };

    private static LinearScaffold Identity => new() { Skip = WienerSkip.Identity };

    public static TheoryData<string, NetworkOptions> SinglePoles => new()
    {
        { "LRU", Small(new LruOptions()) },
        { "LRU, both ways", Small(new LruOptions()) with { Bidirectional = true } },
        { "S5", Small(new S5Options { StepSizeMinimum = 0.1, StepSizeMaximum = 0.2 }) },
        { "S4D", Small(new S4DOptions { StepSizeMinimum = 0.2, StepSizeMaximum = 0.3 }) },
        { "S4D, both ways", Small(new S4DOptions { StepSizeMinimum = 0.2, StepSizeMaximum = 0.3 }) with { Bidirectional = true } },
        {
            "S4D, convolution",
            Small(new S4DOptions { StepSizeMinimum = 0.2, StepSizeMaximum = 0.3, Execution = ChannelExecution.Convolution })
        },
    };

    // The layer of the reference values, between an encoder and a decoder that change nothing. Of its second state it has the conjugate,
    // which has a pole above the real axis and the same output.
    [Fact]
    public void StatesAndCostates_AreThoseOfTheReferenceValues()
    {
        var options = Line with
        {
            Inputs = 2, Outputs = 2,
            Architecture = new LruOptions
            {
                Layers = 1, ModelSize = 2, StateSize = States, Bidirectional = false, Dropout = 0, Scaffold = Identity,
            },
        };
        var data = new SequenceSet(2, TargetLayout.StepValues(2));
        var targets = ReferenceValues.At("msa_post/ystar").Chunk(2 * Length);
        foreach (var (u, y) in ReferenceValues.At("msa_post/u").Chunk(2 * Length).Zip(targets))
            data.Add(u.ToFloat(), y.ToFloat());
        var parameters = Reference(options);
        var model = ControlCases.Model(options, parameters);
        const double Scale = 2.0 / (2 * Length * 2); // of J_m here, the mean over values, to that of the reference, their sum

        Complex[] x = Turned(Complexes("msa_post/X"), i => i % States), p = Turned(Complexes("msa_post/costate"), i => i % States);
        double loss = 0;
        for (int m = 0; m < 2; m++)
        {
            var analysis = PontryaginAnalysis.Of(model, data, m);
            var core = analysis.Trajectory.Cores.Should().ContainSingle().Which;
            (core.Core, core.FromEnd, core.States).Should().Be(("Blocks.0.Core", false, States));
            var expected = p[(m * Length * States)..((m + 1) * Length * States)].Select(value => Scale * value).ToArray();
            Planes(core.Values).Should().BeNear(Planes(x[(m * Length * States)..((m + 1) * Length * States)]), 1e-5, "states");
            Planes(core.Costates).Should().BeNear(Planes(expected), 1e-5, "costates");
            loss += analysis.Trajectory.Loss / Scale / 2;

            // H_t = Re<p_t, x_t> - l_t, where the l_t are the whole loss.
            double product = core.Values.Zip(core.Costates, (a, b) => (Complex.Conjugate(b) * a).Real).Sum();
            core.Hamiltonian.Should().HaveCount(Length);
            core.Hamiltonian.Sum().Should().BeApproximately(product - analysis.Trajectory.Loss, 1e-6);
        }
        loss.Should().BeApproximately(ReferenceValues.Number("msa_post/J"), 1e-5);
    }

    // P(k) = |lambda|^2k P(0), in a record that ends after 300 steps.
    [Theory]
    [MemberData(nameof(SinglePoles))]
    public void Reach_OfASinglePoleIsItsClosedForm(string name, NetworkOptions network)
    {
        const int Steps = 300;
        var options = Line with { Architecture = network };
        var data = ControlCases.Data(options, 2, Steps);
        var model = ControlCases.Model(options, data);
        var pole = Pole.Of(model).Should().ContainSingle().Which;
        var core = PontryaginAnalysis.Of(model, data).Cores.Should().ContainSingle().Which;

        double q = pole.Value.Magnitude * pole.Value.Magnitude;
        int expected = (int)Math.Ceiling(Math.Log(1 - 0.99 * (1 - Math.Pow(q, Steps))) / Math.Log(q) - 1e-9) - 1;
        core.Longest.Should().BeApproximately(Math.Log(0.01) / Math.Log(q), 1e-9);
        core.Reach!.Steps.Should().Be(expected, name);
        core.Reach.EndsWithRecord.Should().Be(core.Longest > Steps);
        core.Reach.Power.Select(power => power / core.Reach.Power[0]).ToArray()
            .Should().BeNear([.. Enumerable.Range(0, Steps).Select(k => Math.Pow(q, k))], 1e-4, name);
    }

    // Nearer and nearer to the unit circle, until the record is too short for it.
    [Theory]
    [InlineData(0.5, false)]
    [InlineData(0.97, false)]
    [InlineData(0.9999, true)]
    public void Reach_SaysWhereTheRecordEndsIt(double radius, bool ends)
    {
        const int Steps = 200;
        var options = Line with
        {
            Architecture = (LruOptions)Small(new LruOptions { RadiusMinimum = radius, RadiusMaximum = radius }) with { StateSize = 3 },
        };
        var data = ModelCases.Data(options, Steps, Steps, 3 * Steps / 4);
        var (network, parameters) = ModelCases.Create(options, data);
        var poles = new[] { 0.3, 1.1, 2 }.Select(phase => Complex.FromPolarCoordinates(radius, phase)).ToArray();
        SetSystem(network, parameters, poles, One(3, 1), One(1, 3));
        var analysis = PontryaginAnalysis.Of(ControlCases.Model(options, parameters), data);

        analysis.Cores[0].Reach!.EndsWithRecord.Should().Be(ends);
        analysis.Layers[0].Reach.EndsWithRecord.Should().Be(ends);
        analysis.ToString().Contains('*').Should().Be(ends);
        if (!ends)
            analysis.Cores[0].Reach!.Steps.Should().BeCloseTo((int)analysis.Cores[0].Longest, 1);
        analysis.Cores[0].Reach!.Power.Should().HaveCount(Steps);
    }

    // The states of S4D, which its chunks do not hold, give the gradient that its chunks give.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void StatesOfEveryChannel_GoWithTheCostatesOfTheStream(bool twoWay)
    {
        var options = Line with
        {
            Architecture = new S4DOptions
            {
                Layers = 1, ModelSize = 3, StateSize = 2, Bidirectional = twoWay, Dropout = 0, Initialization = S4DInitialization.LegS,
                Scaffold = Identity,
            },
        };
        var data = ControlCases.Data(options, 2, 70);
        var model = ControlCases.Model(options, data);
        var trajectory = PontryaginAnalysis.Of(model, data).Trajectory;
        trajectory.Cores.Select(core => core.FromEnd).Should().Equal(twoWay ? [false, true] : [false]);

        // stream = u + core(u), and core(u) = sum over directions of 2 Re(C x) + D u.
        double[] u = [.. trajectory.Streams[0].Values], expected = [.. trajectory.Streams[1].Values], output = new double[u.Length];
        for (int i = 0; i < u.Length; i++)
        {
            output[i] = u[i] * (1 + model.Parameters["Blocks.0.Core.D"][i % 3]);
            foreach (var core in trajectory.Cores)
            {
                var c = model.Parameters[core.FromEnd ? "Blocks.0.Core.CReverse" : "Blocks.0.Core.C"];
                for (int n = 0; n < 2; n++)
                {
                    var x = core.Values[i / 3 * 6 + i % 3 * 2 + n];
                    output[i] += 2 * (new Complex(c[i % 3 * 4 + n], c[i % 3 * 4 + 2 + n]) * x).Real;
                }
            }
        }
        output.Should().BeNear(expected, 1e-5);
    }

    [Fact]
    public void CoresWithoutFixedPoles_HaveNoStatesToShow()
    {
        string name = ModelCases.AllNames.First(name => new SequenceNetwork(ModelCases.Options(name)).Layout.Poles.Count == 0);
        var options = ModelCases.Options(name);
        var data = ControlCases.Data(options, 2, 12);
        var analysis = PontryaginAnalysis.Of(ControlCases.Model(options, data), data);
        analysis.Cores.Should().BeEmpty();
        analysis.Trajectory.Cores.Should().BeEmpty();
    }

    private static NetworkOptions Small(NetworkOptions core)
        => core with { Layers = 1, ModelSize = 1, StateSize = 1, Bidirectional = false, Dropout = 0, Scaffold = Identity };

    private static ParameterSet Reference(SequenceModelOptions options)
    {
        var network = new SequenceNetwork(options);
        var parameters = network.Layout.Create(new Random(1));
        foreach (var parameter in parameters.Parameters)
        {
            var values = parameters[parameter.Name];
            values.Clear();
            if (parameter.Name.EndsWith("Deviation", StringComparison.Ordinal))
                values.Fill(1);
            if (parameter.Name is "Encoder.Weight" or "Decoder.Weight")
                values[0] = values[3] = 1;
        }
        SetSystem(
            network, parameters, Turned(Complexes("msa_post/lambda"), i => i), Matrix(Turned(Complexes("msa_post/B"), i => i / 2), 2),
            Matrix(Turned(Complexes("msa_post/C"), i => i % States), States));
        double[] d = ReferenceValues.At("msa_post/D");
        for (int h = 0; h < 2; h++)
            parameters["Blocks.0.Core.D"][h] = (float)d[h] - 1; // the skip adds the input
        return parameters;
    }

    private static void SetSystem(SequenceNetwork network, ParameterSet parameters, Complex[] poles, Complex[,] b, Complex[,] c)
        => ((DiagonalCore)network.Cores[0]).SetSystem(parameters.Values, poles, b, c);

    private static Complex[,] One(int rows, int columns) => Matrix([.. Enumerable.Repeat(Complex.One, rows * columns)], columns);

    private static Complex[,] Matrix(Complex[] values, int columns)
    {
        var matrix = new Complex[values.Length / columns, columns];
        for (int i = 0; i < values.Length; i++)
            matrix[i / columns, i % columns] = values[i];
        return matrix;
    }

    private static Complex[] Complexes(string path)
        => [.. ReferenceValues.At($"{path}/re").Zip(ReferenceValues.At($"{path}/im"), (re, im) => new Complex(re, im))];

    // With the conjugates of what belongs to the second state.
    private static Complex[] Turned(Complex[] values, Func<int, int> stateOf)
        => [.. values.Select((value, i) => stateOf(i) == 1 ? Complex.Conjugate(value) : value)];

    private static double[] Planes(IEnumerable<Complex> values) => [.. values.Select(z => z.Real), .. values.Select(z => z.Imaginary)];
}
