using System.Globalization;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis;

/// <summary>
/// A certified model amplifies nothing beyond its certificate, whatever its parameters, and training does not change that.
/// </summary>
[Trait("Kind", "Law")]
public class CertificateTests
{
    public static TheoryData<L2RuParametrization> Parametrizations => [.. Enum.GetValues<L2RuParametrization>()];

    [Theory]
    [MemberData(nameof(Parametrizations))]
    public void WorstInputFound_StaysBelowTheCertificate_WhichStaysBelowTheGain(L2RuParametrization parametrization)
    {
        foreach (double noise in new[] { 0.0, 1.0, 5.0 })
        {
            for (int seed = 1; seed <= 3; seed++)
            {
                var model = Draw(Options(parametrization), noise, seed);
                var certificate = Certificate.Of(model).Should().BeOfType<Certificate>().Which;
                var worst = GainAnalysis.FindWorstInput(model, 80, seed: seed, iterations: 40);
                worst.Gain.Should().BeInRange(1e-4, certificate.Bound);
                worst.GainInUnits.Should().BeInRange(1e-4, certificate.BoundInUnits);
                certificate.Bound.Should().BeInRange(0, Gain);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Parametrizations))]
    public void WorstDifferenceFound_StaysBelowAnIncrementalCertificate(L2RuParametrization parametrization)
    {
        var model = Draw(Options(parametrization), noise: 2, seed: 5);
        var certificate = Certificate.Of(model)!;
        certificate.IsIncremental.Should().Be(parametrization != L2RuParametrization.Selective);
        float[] around = Testing.Draw.Uniform(80 * 2, -20, 20, 3);
        foreach (double amplitude in new[] { 0.1, 1 })
            if (certificate.IsIncremental)
                GainAnalysis.FindWorstInput(model, around, amplitude, 40).Gain.Should().BeInRange(1e-4, certificate.Bound);
    }

    /// <summary>By construction the bound would be finite whatever the parameters are.</summary>
    [Theory]
    [MemberData(nameof(Parametrizations))]
    public void AModelThatAnswersNaN_HasNoCertificate(L2RuParametrization parametrization)
    {
        int refused = 0;
        foreach (float value in (float[])[float.NaN, float.PositiveInfinity, 1e30f, -1e30f, float.MaxValue])
        {
            var fine = Draw(Options(parametrization), noise: 1, seed: 5);
            foreach (var parameter in fine.Parameters.Parameters)
            {
                var model = fine with { Parameters = fine.Parameters.Clone() };
                model.Parameters[parameter.Name].Fill(value);
                float[] answers = new float[2 * 30];
                bool answersNumbers = true;
                try
                {
                    new SequencePredictor(model).Predict(Testing.Draw.Uniform(2 * 30, -1, 1, 6), answers);
                    answersNumbers = answers.All(float.IsFinite);
                }
                catch (InvalidOperationException)
                {
                    answersNumbers = false;
                }
                if (answersNumbers)
                    continue;
                refused++;
                Invoking(() => Certificate.Of(model))
                    .Should().ThrowExactly<InvalidOperationException>("{0} is {1}", parameter.Name, value);
            }
        }
        refused.Should().BeGreaterThan(10);
    }

    [Fact]
    public void Certificate_OfAClassifier_BoundsItsLogits()
    {
        foreach (var pooling in Enum.GetValues<Pooling>())
        {
            var options = Options(L2RuParametrization.Dilation);
            var model = Draw(
                options with { Task = SequenceTask.Classification, Outputs = 3,
                    Architecture = options.Network with { Pooling = pooling } }, 1, seed: 2);
            var certificate = Certificate.Of(model)!;
            GainAnalysis.FindWorstInput(model, 20, iterations: 30).Gain.Should().BeInRange(1e-4, certificate.Bound);
            certificate.Bound.Should().BeInRange(0, Gain);
        }
    }

    [Fact]
    public void Output_OfTheMeanInput_IsTheMeanOutput_ToTheBit()
    {
        var model = Draw(Options(L2RuParametrization.Dilation), 1, seed: 4);
        model.Parameters["Input.Mean"].Clear();
        float[] output = new float[30];
        new SequencePredictor(model).Predict(new float[30], output);
        for (int i = 0; i < output.Length; i++)
            output[i].Should().Be(model.Parameters["Output.Mean"][i % 2]);
    }

    [Fact]
    public void Search_FindsTheGainOfALinearModel()
    {
        // With the shares at their ends, all that is left is the recurrence between two matrices.
        var options = Options(L2RuParametrization.Dilation);
        var model = Draw(options with { Inputs = 1, Outputs = 1, Architecture = options.Network with { Layers = 1, ModelSize = 1 } },
            0, seed: 6);
        model.Parameters["Blocks.0.MapShare"].Fill(-40);
        model.Parameters["Blocks.0.CoreShare"].Fill(40);
        var certificate = Certificate.Of(model)!;
        double core = GainAnalysis.HInfinityNorm(LinearSystem.OfCore(model, 0), 1e-6);
        double expected = certificate.Encoder * core * certificate.Decoder;
        GainAnalysis.FindWorstInput(model, 1500, iterations: 400).Gain.Should().BeInRange(0.98 * expected, expected * (1 + 1e-5));
    }

    [Theory]
    [MemberData(nameof(Parametrizations))]
    public void Training_KeepsTheBound_AtEveryStep(L2RuParametrization parametrization)
    {
        var options = Options(parametrization);
        var data = ModelCases.Data(options, 30, 40, 20);
        var (network, parameters) = ModelCases.Create(options, data);
        using var engine = new CpuEngine(network, parameters, new TrainingOptions { Threads = 1 });
        var batch = ModelCases.Batch(data);
        for (int step = 0; step < 20; step++)
        {
            double.IsFinite(engine.TrainBatch(batch, 0.3, 1)).Should().BeTrue();
            engine.Export(parameters);
            Certificate.Of(new TrainedModel(options, parameters, Summary.None))!.Bound.Should().BeInRange(0, Gain);
        }
    }

    [SharedDataFact("cascadedtanks")]
    public void CascadedTanks_AreFitted_WithinTheBound()
    {
        double[][] rows = [.. File.ReadLines(SharedData.Path("cascadedtanks", "dataBenchmark.csv")).Skip(1).Take(1024)
            .Select(line => line.Split(',').Take(4).Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
        float[] Column(int c) => [.. rows.Select(row => (float)row[c])];
        var data = new SequenceSet(1, TargetLayout.StepValues(1));
        data.Add(Column(0), Column(2));
        var architecture = new L2RuOptions { Gain = 4, Layers = 3, ModelSize = 16, StateSize = 16, RadiusMinimum = 0.9,
            RadiusMaximum = 0.995, PhaseMaximum = 1 };
        var model = Trainer.Fit(
            new SequenceModelOptions { Task = SequenceTask.SequenceToSequence, Inputs = 1, Outputs = 1, Architecture = architecture },
            new TrainingOptions { Seed = 1, Epochs = 600, LearningRate = 0.01 }, data);

        float[] simulated = new float[1024], measured = Column(3);
        new SequencePredictor(model).Predict(Column(1), simulated);
        // The tanks start at an unknown level; the benchmark leaves out the first samples.
        FitPercent(measured[5..], simulated[5..]).Should().BeInRange(80, 100);
        var certificate = Certificate.Of(model)!;
        certificate.Bound.Should().BeInRange(0, 4);
        GainAnalysis.FindWorstInput(model, 512).Gain.Should().BeInRange(1, certificate.Bound);
    }

    [Fact]
    public void Certificate_OfAnotherCore_IsNull()
        => Certificate.Of(Draw(ModelCases.Options("S5, sequence to sequence"), 0, 1)).Should().BeNull();

    [Fact]
    public void Certificate_ReadsAsItsParts()
    {
        var certificate = new Certificate(1.5, 3, 2, [new LayerCertificate(1, 0.5, 1, 0.25)], 0.75, IsIncremental: true);
        certificate.ToString().Should().Be(string.Join(
            Environment.NewLine,
            "l2 gain, incremental too <= 1.5 (standardised), 3 (units of the data)",
            "  encoder 2",
            "  layer 1: core 1 with share 0.500, map 1 with share 0.250: factor 1",
            "  decoder 0.75"));
    }

    [Fact]
    public void Factor_OfConvexBranches_DoesNotInflateTheBound()
    {
        new LayerCertificate(1, 0.3, 1, 0.8).Factor.Should().BeApproximately(ReferenceConvex, 1e-15);
        new LayerCertificate(2, 0.5, 3, 0.25).Factor.Should().BeApproximately((1 - 0.5 + 0.5 * 2) * (1 - 0.25 + 0.25 * 3), 1e-15);
    }

    private static readonly double ReferenceConvex = Testing.Oracle.ReferenceValues.Number("gain_composition/example/convex");

    [Fact]
    public void OfCore_RefusesWhatHasNoFrequencyResponse()
    {
        Invoking(() => LinearSystem.OfCore(Draw(Options(L2RuParametrization.Selective), 0, 1), 0))
            .Should().ThrowExactly<NotSupportedException>().WithMessage("*not linear*");
        Invoking(() => LinearSystem.OfCore(Draw(ModelCases.Options("LRU, layer norm before, mean"), 0, 1), 0))
            .Should().ThrowExactly<NotSupportedException>().WithMessage("*bidirectional*");
        Invoking(() => LinearSystem.OfCore(Draw(Options(L2RuParametrization.Dilation), 0, 1), 2))
            .Should().ThrowExactly<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void FindWorstInput_RefusesTokens()
        => Invoking(() => GainAnalysis.FindWorstInput(Draw(ModelCases.Options("LRU, tokens to sequence"), 0, 1), 5))
            .Should().ThrowExactly<NotSupportedException>();

    [Fact]
    public void Tokens_AreRefused()
    {
        var options = Options(L2RuParametrization.Dilation) with { Inputs = 1, Vocabulary = 5 };
        Invoking(() => new SequenceNetwork(options)).Should().ThrowExactly<ArgumentException>().WithMessage("*tokens*");
    }

    private const double Gain = 2.5;

    private static SequenceModelOptions Options(L2RuParametrization parametrization) => new()
    {
        Task = SequenceTask.SequenceToSequence, Inputs = 2, Outputs = 2,
        Architecture = new L2RuOptions { Layers = 2, ModelSize = 5, StateSize = parametrization == L2RuParametrization.Square ? 5 : 4,
            Bidirectional = false, Dropout = 0, Gain = Gain, Parametrization = parametrization },
    };

    private static TrainedModel Draw(SequenceModelOptions options, double noise, int seed)
    {
        var network = new SequenceNetwork(options);
        var parameters = network.Layout.Create(new Random(seed));
        float[] draws = Testing.Draw.Uniform(parameters.Values.Length, -noise, noise, seed + 10);
        foreach (var parameter in parameters.Parameters.Where(p => p.Group != ParameterGroup.Fixed))
            for (int i = 0; i < parameter.Length; i++)
                parameters.Values[parameter.Offset + i] += draws[parameter.Offset + i];
        if (options.Vocabulary == 0 && options.Inputs == 2)
            DataStatistics.Store(network.InputStage, network.Head.Output, parameters, ModelCases.Data(options, 30, 20));
        return new TrainedModel(options, parameters, Summary.None);
    }

    private static double FitPercent(float[] measured, float[] simulated)
    {
        double mean = measured.Average(value => (double)value);
        double error = measured.Zip(simulated, (y, s) => (double)(y - s) * (y - s)).Sum(),
            variance = measured.Sum(y => (y - mean) * (y - mean));
        return 100 * (1 - Math.Sqrt(error / variance));
    }
}
