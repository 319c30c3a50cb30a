using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>The gradient of all sequences is that of one batch of them, however its terms are cut.</summary>
public class FullBatchTests
{
    private static readonly TrainingOptions Options = new() { Threads = 2, LabelSmoothing = 0 };
    private static readonly int[] Many = [30, 7, 65, 20, 41, 33, 12, 90, 18, 27], Long = [400, 330];

    public static TheoryData<string> Names() => [.. ModelCases.AllNames];

    public static TheoryData<int[]> Lengths() => [Many, Long];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient_OfSequencesOneByOne_IsThatOfTheBatch(string name) => CheckGradient(name, Many);

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient_OfFewLongSequences_IsThatOfTheBatch(string name) => CheckGradient(name, Long);

    [Theory]
    [MemberData(nameof(Lengths))]
    public void GradientAndObjective_HaveTheSameBits_OnAnyNumberOfThreads(int[] lengths)
    {
        (double[] Gradient, double Objective, double Residual) Run(int threads)
        {
            var (_, data, model, parameters) = Create("S5, sequence to sequence", lengths);
            using var batch = new FullBatch(model, parameters, data, Options with { Threads = threads }, 0.01);
            var gradient = new double[parameters.Values.Length];
            var (objective, residual) = batch.Gradient(parameters.Values, gradient);
            batch.Objective(parameters.Values).Should().Be(objective);
            return (gradient, objective, residual);
        }
        var one = Run(1);
        var eight = Run(8);
        eight.Gradient.Should().BeBitwise(one.Gradient);
        (eight.Objective, eight.Residual).Should().Be((one.Objective, one.Residual));
    }

    [Fact]
    public void Regularization_AddsHalfTheSquares_OfWhatIsTrained()
    {
        var (_, data, model, parameters) = Create("LRU, layer norm before, mean", Many);
        using var plain = new FullBatch(model, parameters, data, Options, 0);
        using var regular = new FullBatch(model, parameters, data, Options, 0.5);
        double[] gradient = new double[parameters.Values.Length], other = new double[gradient.Length];
        double objective = plain.Gradient(parameters.Values, gradient).Objective;
        double squares = 0;
        foreach (var parameter in parameters.Parameters.Where(p => p.Group != ParameterGroup.Fixed))
        {
            for (int i = parameter.Offset; i < parameter.Offset + parameter.Length; i++)
            {
                squares += (double)parameters.Values[i] * parameters.Values[i];
                gradient[i] += 0.5 * parameters.Values[i];
            }
        }

        regular.Gradient(parameters.Values, other).Objective.Should().BeApproximately(objective + 0.25 * squares, 1e-9);
        other.Should().BeNear(gradient, 1e-9);
    }

    /// <summary>|sum g| / sqrt(n sum |g|^2), with the gradient of each sequence found by itself.</summary>
    [Fact]
    public void Residual_IsThatOfTheGradientsOfSingleSequences()
    {
        var (_, data, model, parameters) = Create("LRU, layer norm before, mean", Many);
        using var batch = new FullBatch(model, parameters, data, Options, 0);
        double[] whole = new double[parameters.Values.Length], own = new double[whole.Length];
        double residual = batch.Gradient(parameters.Values, whole).Residual, squares = 0;
        for (int i = 0; i < data.Count; i++)
        {
            using var single = new FullBatch(model, parameters, data.Select([i]), Options, 0);
            single.Gradient(parameters.Values, own).Residual.Should().Be(double.NaN, "there is one term only");
            squares += own.Sum(g => g * g) / ((double)data.Count * data.Count); // its share of the mean
        }
        residual.Should().BeApproximately(Math.Sqrt(whole.Sum(g => g * g) / data.Count / squares), 1e-6);
        residual.Should().BeInRange(0.01, 0.99);
    }

    [Fact]
    public void FixedParameters_HaveNoGradient()
    {
        var (_, data, model, parameters) = Create("LRU, layer norm before, mean", Many);
        using var batch = new FullBatch(model, parameters, data, Options, 1);
        var gradient = new double[parameters.Values.Length];
        batch.Gradient(parameters.Values, gradient);
        foreach (var parameter in parameters.Parameters)
        {
            gradient.AsSpan(parameter.Offset, parameter.Length).ToArray().All(g => g == 0)
                .Should().Be(parameter.Group == ParameterGroup.Fixed, parameter.Name);
        }
    }

    [Fact]
    public void Objective_IsInfinite_WhereAPoleIsTooNearToTheUnitCircle()
    {
        var (_, data, model, parameters) = Create("S5, sequence to sequence", Many);
        using var batch = new FullBatch(model, parameters, data, Options, 0);
        batch.Objective(parameters.Values).Should().BeLessThan(double.PositiveInfinity);
        double expected = StateSpace.Analysis.PoleTable.Of(model, parameters).Max(pole => pole.Value.Magnitude);
        batch.Radius.Should().BeApproximately(expected, 1e-6).And.BeInRange(0.1, 1);

        batch.MostRadius = batch.Radius - 1e-3;

        batch.Objective(parameters.Values).Should().Be(double.PositiveInfinity);
        batch.Gradient(parameters.Values, new double[parameters.Values.Length]).Objective.Should().Be(double.PositiveInfinity);
    }

    private static void CheckGradient(string name, int[] lengths)
    {
        var (_, data, model, parameters) = Create(name, lengths);
        using var engine = new CpuEngine(model, parameters, Options);
        double loss = engine.TrainBatch(ModelCases.Batch(data), 0.01, 0);
        using var batch = new FullBatch(model, parameters, data, Options, 0);
        var gradient = new double[parameters.Values.Length];

        batch.Gradient(parameters.Values, gradient).Objective.Should().BeApproximately(loss, Tolerance.Gradient * loss);

        foreach (var parameter in parameters.Parameters.Where(p => p.Group != ParameterGroup.Fixed))
        {
            gradient.AsSpan(parameter.Offset, parameter.Length).ToArray().Should().BeNear(
                [.. parameter.Of(engine.Gradient).ToArray().Select(g => (double)g)], Tolerance.ModelGradient, parameter.Name);
        }
    }

    private static (SequenceModelOptions Options, SequenceSet Data, SequenceNetwork Model, ParameterSet Parameters) Create(
        string name, int[] lengths)
    {
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, lengths);
        var (model, parameters) = ModelCases.Create(options, data);
        return (options, data, model, parameters);
    }
}
