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

    public static TheoryData<string, NetworkOptions> SinglePoles => new()
    {
        { "LRU", ControlCases.Small(new LruOptions()) },
        { "LRU, both ways", ControlCases.Small(new LruOptions()) with { Bidirectional = true } },
        { "S5", ControlCases.Small(new S5Options { StepSizeMinimum = 0.1, StepSizeMaximum = 0.2 }) },
    };

    // The layer of the reference values, between an encoder and a decoder that change nothing. Of its second state it has the conjugate,
    // which has a pole above the real axis and the same output.
    [Fact]
    public void StatesAndCostates_AreThoseOfTheReferenceValues()
    {
        var options = ControlCases.Line with
        {
            Inputs = 2, Outputs = 2,
            Architecture = new LruOptions
            {
                Layers = 1, ModelSize = 2, StateSize = States, Bidirectional = false, Dropout = 0, Scaffold = ControlCases.Identity,
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

    [Theory]
    [MemberData(nameof(SinglePoles))]
    public void Reach_OfASinglePoleIsItsClosedForm(string name, NetworkOptions network) => ControlCases.HasReachOfItsPole(name, network);

    // Nearer and nearer to the unit circle, until the record is too short for it.
    [Theory]
    [InlineData(0.5, false)]
    [InlineData(0.97, false)]
    [InlineData(0.9999, true)]
    public void Reach_SaysWhereTheRecordEndsIt(double radius, bool ends)
    {
        const int Steps = 200;
        var options = ControlCases.Line with
        {
            Architecture = ControlCases.Small(new LruOptions { RadiusMinimum = radius, RadiusMaximum = radius }) with { StateSize = 3 },
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
