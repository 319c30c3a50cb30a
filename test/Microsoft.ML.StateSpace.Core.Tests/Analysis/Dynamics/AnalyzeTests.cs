using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Layers;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;
using static Microsoft.ML.StateSpace.Testing.Oracle.ReferenceValues;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis.Dynamics;

/// <summary>What gradient descent can learn in the layers of networks.</summary>
public class AnalyzeTests
{
    public static TheoryData<string> Names => ModelCases.Names;

    [Theory]
    [InlineData(1)]
    [InlineData(-2)]
    public void ALinearNetworkOfOneLayer_HasTheSpectrumOfItsSystem(float decoder)
    {
        var report = LearningDynamics.Analyze(Network(decoder), Data(), 1000, rate: null);
        var layer = report.Layers.Should().ContainSingle().Subject;
        layer.Core.Should().Be("Blocks.0.Core");
        layer.WhyNot.Should().BeNull();
        // The decoder's weight counts twice, in the output and in the gradient.
        double scale = decoder * decoder;
        double[] rates = [.. At("dynamics_spectrum/rates").Select(rate => rate * scale)];
        // Poles and parameters are floats, and the curvature above the layer is a difference of floats.
        layer.Spectrum!.Rates.Take(8).ToArray().Should().BeNear(rates, 1e-4 * rates[0]);
        layer.LargestStableRate!.Value.Should().BeApproximately(2 / rates[0], 1e-3 * 2 / rates[0]);
        layer.Spectrum.LargestStableRate.Should().BeApproximately(2 / rates[0], 1e-3 * 2 / rates[0]);
        report.Rate.Should().Be(layer.LargestStableRate.Value / 2);
        if (decoder == 1)
        {
            layer.Spectrum.Shares.Take(4).ToArray().Should().BeNear(At("dynamics_spectrum/shares")[..4], 1e-4);
            layer.Spectrum.ResidualPower.Should().BeApproximately(Number("dynamics_spectrum/residual_energy"), 1e-3);
            double rate = 0.4 / rates[0], expected = At("dynamics_spectrum/predicted_loss")[1];
            layer.Spectrum.LossAfter(rate, 10).Should().BeApproximately(expected, 2e-3 * expected);
        }
        report.ToString().Should().StartWith("Blocks.0.Core: ").And.Contain(" of 16 directions can be learnt in 1000 steps");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryLayer_IsStudied_OrSaysWhyNot(string name)
    {
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, 20, 9, 33);
        var (network, parameters) = ModelCases.Create(options, data);
        var report = LearningDynamics.Analyze(new(options, parameters, Summary.None), data, 400, rate: null);
        report.Layers.Should().HaveCount(network.Cores.Count);
        var weights = new Weights(parameters.Values, new float[network.Layout.PreparedLength]);
        network.Prepare(weights);
        for (int i = 0; i < network.Cores.Count; i++)
        {
            var (layer, core) = (report.Layers[i], network.Cores[i]);
            bool hasHeads = options.Network.ChosenScaffold is H3Scaffold { HeadSize: > 1 };
            bool studied = !hasHeads && core is IFilterCore filters && filters.Filters(weights) is not null;
            (layer.Spectrum is not null).Should().Be(studied);
            (layer.LargestStableRate is not null).Should().Be(studied);
            if (layer.Spectrum is not { } spectrum)
            {
                layer.WhyNot.Should().StartWith("It");
                layer.WhyNot!.Contains("HeadSize", StringComparison.Ordinal).Should().Be(hasHeads && !options.HasIntervals);
                layer.WhyNot.Contains("not LTI", StringComparison.Ordinal).Should().Be(options.HasIntervals || !IsLinear(core, weights));
                continue;
            }
            layer.LargestStableRate.Should().BePositive();
            spectrum.Rates.Should().BeInDescendingOrder().And.OnlyContain(rate => rate >= 0 && double.IsFinite(rate));
            spectrum.Shares.Should().OnlyContain(share => share >= 0);
            spectrum.Shares.Sum().Should().BeInRange(1e-6, 1 + 1e-9);
            spectrum.ResidualPower.Should().BePositive();
            spectrum.Learnable(report.Rate, 400).Should().BeInRange(0, spectrum.Directions);
            parameters.Parameters.Should().Contain(parameter => parameter.Name.StartsWith(layer.Core + ".", StringComparison.Ordinal));
        }
    }

    // Whether twice the input makes twice the output, which no core with coefficients that depend on the input does.
    private static bool IsLinear(Layer core, Weights weights)
    {
        const int Rows = 40;
        float[] input = Draw.Uniform(Rows * core.InputSize, -1, 1, 7), once = Answer(input, weights),
            twice = Answer([.. input.Select(value => 2 * value)], weights);
        return once.Zip(twice, (x, y) => Math.Abs(2 * x - y)).Max() < 1e-4 * twice.Max(Math.Abs);

        float[] Answer(float[] values, Weights weights)
            => ProgramRun.Forward(core, weights, values, [.. Enumerable.Repeat(1f, Rows)]);
    }

    [Theory]
    [InlineData("Linear, dense skip, sequence to sequence", 0)]
    [InlineData("Linear, dense skip, sequence to sequence", 1)]
    [InlineData("Wiener, dense skip, sequence to sequence", 0)]
    public void LargestStableRate_IsThatOfTheGaussNewtonMatrix(string name, int number)
    {
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, 40, 25);
        var (_, parameters) = ModelCases.Create(options, data);
        var layer = LearningDynamics.Analyze(new(options, parameters, Summary.None), data, 10, 1).Layers[number];
        float[] deviations = parameters["Output.Deviation"].ToArray();
        var columns = new List<double[]>();
        foreach (string matrix in new[] { "B", "C" })
        {
            for (int i = 0; i < parameters[$"{layer.Core}.{matrix}"].Length; i++)
                columns.Add(Difference($"{layer.Core}.{matrix}", i));
        }
        var gaussNewton = new double[columns.Count, columns.Count];
        for (int i = 0; i < columns.Count; i++)
            for (int j = 0; j < columns.Count; j++)
                gaussNewton[i, j] = columns[i].Zip(columns[j], (x, y) => x * y).Sum() / columns[i].Length;
        double largest = SymmetricEigen.Decompose(gaussNewton).Values.Max();
        layer.LargestStableRate.Should().BeApproximately(2 / largest, 0.02 * 2 / largest);

        // The outputs, standardised, before and behind.
        double[] Difference(string parameter, int index)
        {
            const float Step = 0.01f;
            parameters[parameter][index] += Step;
            double[] above = Answers();
            parameters[parameter][index] -= 2 * Step;
            double[] below = Answers();
            parameters[parameter][index] += Step;
            return [.. above.Zip(below, (a, b) => (a - b) / (2 * Step))];
        }

        double[] Answers()
        {
            var predictor = new SequencePredictor(new(options, parameters, Summary.None));
            return [.. Enumerable.Range(0, data.Count).SelectMany(i =>
            {
                float[] answers = new float[data.Length(i) * options.Outputs];
                predictor.Predict(data.Values(i), answers);
                return answers.Select((value, o) => (double)value / deviations[o % options.Outputs]);
            })];
        }
    }

    [Fact]
    public async Task AnyNumberOfThreads_GivesTheSameBits()
    {
        var options = ModelCases.Options("Mamba block, two-way");
        var data = ModelCases.Data(options, [.. Enumerable.Range(5, 24)]);
        var (_, parameters) = ModelCases.Create(options, data);
        LearningReport Analyze() => LearningDynamics.Analyze(new(options, parameters, Summary.None), data, 100, rate: null);
        var alone = await Task.Factory.StartNew(
            Analyze, CancellationToken.None, TaskCreationOptions.None, new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);
        Numbers(Analyze()).Should().Equal(Numbers(alone));
        Numbers(alone).Should().HaveCountGreaterThan(10);
    }

    [Fact]
    public void AnEnsemble_AndARateOfZero_AreRefused()
    {
        var options = ModelCases.Options("Regression");
        var data = ModelCases.Data(options, 20, 9);
        var (_, parameters) = ModelCases.Create(options, data);
        var model = new TrainedModel(options, parameters, Summary.None);
        Invoking(() => LearningDynamics.Analyze(model, data, 100, 0)).Should().Throw<ArgumentOutOfRangeException>();
        Invoking(() => LearningDynamics.Analyze(model, data, 0, 1)).Should().Throw<ArgumentOutOfRangeException>();
        var ensemble = model with { Options = options with { Architecture = new EnsembleOptions { Members = [options.Network] } } };
        Invoking(() => LearningDynamics.Analyze(ensemble, data, 100, 1)).Should().Throw<NotSupportedException>()
            .WithMessage("The analysis of what gradient descent can learn needs a model that is one network*");
    }

    private static IEnumerable<double> Numbers(LearningReport report)
        => report.Layers.SelectMany(layer => (double[])
            [layer.LargestStableRate!.Value, .. layer.Spectrum!.Rates, .. layer.Spectrum.Shares, .. layer.Spectrum.PoleRates]);

    // The system of the reference: real poles with normalised inputs, no skip, and D so that the identity beside the core is gone.
    private static TrainedModel Network(float decoder)
    {
        var options = new SequenceModelOptions
        {
            Task = SequenceTask.SequenceToSequence, Inputs = 1, Outputs = 1,
            Architecture = new LruOptions
            {
                Layers = 1, ModelSize = 1, StateSize = 8, Bidirectional = false, Dropout = 0, Normalization = LruNormalization.TiedL2,
                Scaffold = new LinearScaffold { Skip = WienerSkip.Identity },
            },
        };
        var network = new SequenceNetwork(options);
        var parameters = network.Layout.Create(new Random(1));
        var core = (Lru)network.Cores[0];
        double[] poles = At("dynamics_spectrum/poles"), b = At("dynamics_spectrum/b"), c = At("dynamics_spectrum/c");
        foreach (var linear in new[] { (Linear)network.Encoder, (Linear)network.Decoder })
        {
            linear.Weight.Of(parameters.Values)[0] = linear == network.Decoder ? decoder : 1;
            linear.Bias!.Of(parameters.Values)[0] = 0;
        }
        core.B.Of(parameters.Values).Clear();
        core.C[0].Of(parameters.Values).Clear();
        for (int n = 0; n < poles.Length; n++)
        {
            core.NuLog.Of(parameters.Values)[n] = (float)Math.Log(-Math.Log(poles[n]));
            core.ThetaLog.Of(parameters.Values)[n] = -30;
            core.B.Of(parameters.Values)[n] = (float)b[n];
            core.C[0].Of(parameters.Values)[n] = (float)c[n];
        }
        core.FeedThrough.Parameter!.Of(parameters.Values)[0] = -1;
        foreach (var units in new[] { network.Input!, network.Head.Output! })
            (units.Mean.Of(parameters.Values)[0], units.Deviation.Of(parameters.Values)[0]) = (0, 1);
        return new(options, parameters, Summary.None);
    }

    private static SequenceSet Data()
    {
        var set = new SequenceSet(1, TargetLayout.Of(SequenceTask.SequenceToSequence, 1));
        float[] input = [.. SpectrumTests.Record.Input.Select(value => (float)value)];
        set.Add(input, SpectrumTests.Record.Output.Select(value => (float)value).ToArray());
        return set;
    }
}
