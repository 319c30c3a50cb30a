using System.Numerics;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis.Control;

/// <summary>The residual of a group of parameters.</summary>
public class ResidualTests
{
    // -sum_t conj(x_{t-1}) p_t and -sum_t p_t u_t' of each sequence.
    [Fact]
    public void Residual_IsThatOfTheReferenceValues()
    {
        const int Sequences = 2, Length = 6, States = 2;
        Complex[] x = Complexes("msa_post/X"), p = Complexes("msa_post/costate");
        double[] u = ReferenceValues.At("msa_post/u");
        ResidualSum poles = new(2 * States), inputs = new(2 * States * 2);
        for (int m = 0; m < Sequences; m++)
        {
            var dPole = new Complex[States];
            var dInput = new Complex[2 * States];
            for (int t = 0; t < Length; t++)
            {
                for (int n = 0; n < States; n++)
                {
                    int at = (m * Length + t) * States + n;
                    dPole[n] -= t == 0 ? 0 : Complex.Conjugate(x[at - States]) * p[at];
                    for (int h = 0; h < 2; h++)
                        dInput[2 * n + h] -= p[at] * u[(m * Length + t) * 2 + h];
                }
            }
            poles.Add(Planes(dPole));
            inputs.Add(Planes(dInput));
        }
        poles.Residual.Should().BeApproximately(ReferenceValues.Number("msa_post/pmp_residual/lambda"), 1e-9);
        inputs.Residual.Should().BeApproximately(ReferenceValues.Number("msa_post/pmp_residual/B"), 1e-9);
    }

    [Theory]
    [InlineData(1e-12)]
    [InlineData(1)]
    [InlineData(1e12)]
    public void Residual_HasNoScale(double scale)
    {
        var random = new Random(1);
        ResidualSum plain = new(30), scaled = new(30), repeated = new(30);
        for (int term = 0; term < 400; term++)
        {
            double[] g = [.. Enumerable.Range(0, 30).Select(_ => Initialize(random))];
            plain.Add(g);
            scaled.Add([.. g.Select(value => scale * value)]);
            repeated.Add([.. Enumerable.Range(0, 30).Select(i => scale * Math.Sin(i))]);
        }
        scaled.Residual.Should().BeApproximately(plain.Residual, 1e-12);
        // The square of the residual of independent terms is 1 / 400 in the mean, with a deviation of sqrt(2 / 30) of that.
        plain.Residual.Should().BeInRange(0.6 / 20, 1.4 / 20);
        repeated.Residual.Should().BeApproximately(1, 1e-12);

        static double Initialize(Random random) => random.NextDouble() + random.NextDouble() - 1;
    }

    [Fact]
    public void Residual_OfZerosIsZero_AndOfOneTermIsUnknown()
    {
        var zeros = new ResidualSum(3);
        zeros.Add([0, 0, 0]);
        zeros.Residual.Should().Be(double.NaN);
        zeros.Add([0, 0, 0]);
        zeros.Residual.Should().Be(0);
    }

    // The same sequence again and again asks for the same change everywhere.
    [Fact]
    public void RepeatedSequence_HasTheResidualOne()
    {
        var options = ModelCases.Options("MLP, sequence to sequence");
        var one = ModelCases.Data(options, 25);
        var data = one.Select([.. Enumerable.Repeat(0, 10)]);
        foreach (var group in PontryaginAnalysis.Of(ControlCases.Model(options, data), data).Residuals)
            group.Residual.Should().BeApproximately(1, 1e-9, group.Name);
    }

    // The regularization of the method that trained a model last belongs to its loss and to every term, however many terms a sequence has.
    [Theory]
    [InlineData("Regression", 9)]
    [InlineData("Regression", 3)]
    [InlineData("MLP, sequence to sequence", 9)]
    [InlineData("MLP, sequence to sequence", 3)]
    public void Regularization_IsPartOfTheLossAndOfItsGradients(string name, int sequences)
    {
        const double Regularization = 0.3;
        var options = ModelCases.Options(name);
        var data = ControlCases.Data(options, sequences, 12);
        var (network, parameters) = ModelCases.Create(options, data);
        using var batch = new FullBatch(network, parameters, data, new TrainingOptions { Threads = 1 }, Regularization, inPieces: false);
        var gradient = new double[parameters.Values.Length];
        double objective = batch.Gradient(parameters.Values, gradient).Objective;
        LbfgsOptions method = new() { Regularization = Regularization };
        foreach (TrainingMethod trained in (TrainingMethod[])[method, new PolishOptions { Then = method }])
        {
            var analysis = PontryaginAnalysis.Of(ControlCases.Model(options, parameters, new() { Method = trained }), data);
            analysis.Terms.Should().Be(sequences == 3 ? ResidualTerms.Stretches : ResidualTerms.Sequences);
            analysis.Loss.Should().BeApproximately(objective, 1e-6 * objective);
            var groups = new ParameterGroups(parameters);
            for (int g = 0; g < groups.Names.Count; g++)
            {
                double norm = Math.Sqrt(groups.Members(g).Sum(of => gradient.AsSpan(of.Offset, of.Length).ToArray().Sum(x => x * x)));
                analysis.Residuals[g].GradientNorm.Should().BeApproximately(norm, 1e-4 * norm, groups.Names[g]);
            }
        }
    }

    // The read-out that least squares give is stationary; what stands before it, which nothing has trained, is not.
    [Fact]
    public void LeastSquares_MakeTheDecoderStationary()
    {
        var options = ModelCases.Options("Linear, dense skip, sequence to sequence");
        var data = ControlCases.Data(options, 12, 30);
        var parameters = ModelCases.Create(options, data).Parameters;
        var before = PontryaginAnalysis.Of(ControlCases.Model(options, parameters), data);
        SolveDecoder(options, parameters, data);
        var after = PontryaginAnalysis.Of(ControlCases.Model(options, parameters), data);

        Of(before, "decoder").Should().BeGreaterThan(0.05);
        Of(after, "decoder").Should().BeLessThan(1e-4);
        Of(after, "Blocks.0 poles").Should().BeGreaterThan(0.01);
        after.Loss.Should().BeLessThan(before.Loss);
    }

    [Fact]
    public void Groups_AreThoseOfTheControlProblem()
    {
        var options = ModelCases.Options("H3, sequence to sequence");
        var data = ControlCases.Data(options, 9, 12);
        PontryaginAnalysis.Of(ControlCases.Model(options, data), data).Residuals.Select(group => group.Name).Should().BeEquivalentTo(
            [
                "encoder", "decoder",
                .. Enumerable.Range(0, 2).SelectMany(layer => (string[])
                    [$"Blocks.{layer} scaffold", $"Blocks.{layer} poles", $"Blocks.{layer} B", $"Blocks.{layer} C", $"Blocks.{layer} D"]),
            ]);
    }

    // A layer of attention has no core, and what surrounds it is a scaffold all the same.
    [Fact]
    public void Groups_OfALayerOfAttention_AreAttentionAndScaffold()
    {
        var options = ModelCases.Options("Griffin block, sequence to sequence");
        var data = ControlCases.Data(options, 9, 12);
        PontryaginAnalysis.Of(ControlCases.Model(options, data), data).Residuals.Select(group => group.Name)
            .Where(name => name.StartsWith("Blocks.1 ", StringComparison.Ordinal))
            .Should().BeEquivalentTo(["Blocks.1 attention", "Blocks.1 scaffold"]);
    }

    // Of a constant control only stationarity is necessary: f = (theta, theta^2) is best where the Hamiltonian is smallest.
    [Fact]
    public void Report_ClaimsNoMaximum()
    {
        var options = ModelCases.Options("Tagging");
        var data = ControlCases.Data(options, 9, 12);
        $"{PontryaginAnalysis.Of(ControlCases.Model(options, data), data)}".Should().Contain("stationary")
            .And.NotContainEquivalentOf("maxim").And.NotContainEquivalentOf("optimal").And.NotContainEquivalentOf("principle");
        var types = typeof(PontryaginAnalysis).Assembly.GetExportedTypes().Where(type => new[]
        {
            typeof(PontryaginAnalysis), typeof(GroupResidual), typeof(LayerCostates), typeof(CoreCostates), typeof(ControlTrajectory),
        }.Contains(type));
        types.Should().HaveCount(5);
        types.SelectMany(type => type.GetProperties()).Select(property => property.Name)
            .Should().NotContain(name => name.Contains("Max") || name.Contains("Optimal") || name.Contains("Holds"));
    }

    private static double Of(PontryaginAnalysis analysis, string group)
        => analysis.Residuals.Single(residual => residual.Name == group).Residual;

    // (h, 1) to the standardised targets, by the normal equations.
    private static void SolveDecoder(SequenceModelOptions options, ParameterSet parameters, SequenceSet data)
    {
        int width = options.Network.ModelSize!.Value, size = width + 1;
        double[,] gram = Dense.Identity(size, 0), right = new double[size, options.Outputs];
        var model = ControlCases.Model(options, parameters);
        double[] mean = parameters["Output.Mean"].ToArray().ToDouble(), deviation = parameters["Output.Deviation"].ToArray().ToDouble();
        for (int i = 0; i < data.Count; i++)
        {
            var rows = PontryaginAnalysis.Of(model, data, i).Trajectory.Streams[^1].Values.Chunk(width).ToArray();
            for (int t = 0; t < rows.Length; t++)
            {
                double[] f = [.. rows[t], 1];
                for (int a = 0; a < size; a++)
                {
                    for (int b = 0; b < size; b++)
                        gram[a, b] += f[a] * f[b];
                    for (int o = 0; o < options.Outputs; o++)
                        right[a, o] += f[a] * (data.TargetsOf(i)[t * options.Outputs + o] - mean[o]) / deviation[o];
                }
            }
        }
        double[,] solution = gram.Inverse().Times(right);
        for (int o = 0; o < options.Outputs; o++)
        {
            for (int h = 0; h < width; h++)
                parameters["Decoder.Weight"][o * width + h] = (float)solution[h, o];
            parameters["Decoder.Bias"][o] = (float)solution[width, o];
        }
    }

    private static Complex[] Complexes(string path)
        => [.. ReferenceValues.At($"{path}/re").Zip(ReferenceValues.At($"{path}/im"), (re, im) => new Complex(re, im))];

    private static double[] Planes(Complex[] values) => [.. values.Select(z => z.Real), .. values.Select(z => z.Imaginary)];
}
