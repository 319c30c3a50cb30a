using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis;

/// <summary>Certified models whose recurrences have trained gains: the certificate is that of the gains as they are.</summary>
[Trait("Kind", "Law")]
public class TrainedGainTests
{
    private const double Gain = 2.5;

    public static TheoryData<L2RuParametrization, CoreGain> Cases()
    {
        var cases = new TheoryData<L2RuParametrization, CoreGain>();
        foreach (var parametrization in Enum.GetValues<L2RuParametrization>())
            foreach (var gain in new[] { CoreGain.Balanced, CoreGain.Free })
                cases.Add(parametrization, gain);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void WorstInputFound_StaysBelowTheCertificate(L2RuParametrization parametrization, CoreGain gain)
    {
        for (int seed = 1; seed <= 4; seed++)
        {
            var model = Draw(parametrization, gain, seed);
            var certificate = Certificate.Of(model)!;
            var worst = GainAnalysis.FindWorstInput(model, 80, seed: seed, iterations: 40);
            worst.Gain.Should().BeInRange(1e-6, certificate.Bound);
            worst.GainInUnits.Should().BeInRange(1e-6, certificate.BoundInUnits);
            if (gain == CoreGain.Balanced)
                certificate.Bound.Should().BeInRange(0, Gain);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Certificate_StatesTheGainOfEachCore_AndTheProductOfAll(L2RuParametrization parametrization, CoreGain gain)
    {
        var model = Draw(parametrization, gain, seed: 5);
        var certificate = Certificate.Of(model)!;
        double product = 1;
        for (int i = 0; i < certificate.Layers.Count; i++)
        {
            double core = Math.Exp(model.Parameters[$"Blocks.{i}.CoreGainLog"][0]);
            certificate.Layers[i].CoreGain.Should().BeApproximately(core, 1e-12 * core);
            product *= certificate.Layers[i].Factor;
        }
        double bound = certificate.Encoder * product * certificate.Decoder;
        certificate.Bound.Should().BeApproximately(bound, 1e-12 * bound);
    }

    [Theory]
    [InlineData(L2RuParametrization.Dilation)]
    [InlineData(L2RuParametrization.Square)]
    [InlineData(L2RuParametrization.NonSquare)]
    public void GainOfACore_StaysBelowItsTrainedGain_AndFollowsIt(L2RuParametrization parametrization)
    {
        var model = Draw(parametrization, CoreGain.Free, seed: 6);
        model.Parameters["Blocks.0.CoreGainLog"].Fill(MathF.Log(7));
        double norm = GainAnalysis.HInfinityNorm(LinearSystem.OfCore(model, 0), 1e-6);
        norm.Should().BeInRange(0, 7 * (1 + 1e-4));
        model.Parameters["Blocks.0.CoreGainLog"].Clear();
        GainAnalysis.HInfinityNorm(LinearSystem.OfCore(model, 0), 1e-6).Should().BeApproximately(norm / 7, 1e-5 * norm);
    }

    [Fact]
    public void FreeGains_LeaveTheGainAskedFor_AndBalancedOnesDoNot()
    {
        foreach (var gain in new[] { CoreGain.Balanced, CoreGain.Free })
        {
            var model = Draw(L2RuParametrization.Dilation, gain, seed: 7);
            for (int i = 0; i < 2; i++)
            {
                model.Parameters[$"Blocks.{i}.CoreGainLog"].Fill(5);
                model.Parameters[$"Blocks.{i}.CoreShare"].Fill(2);
            }
            bool isWithin = Certificate.Of(model)!.Bound <= Gain;
            isWithin.Should().Be(gain == CoreGain.Balanced);
            double found = GainAnalysis.FindWorstInput(model, 80, iterations: 40).Gain;
            (found <= Gain).Should().Be(gain == CoreGain.Balanced);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_KeepsTheCertificate_AtEveryStep_AndMovesTheGains(L2RuParametrization parametrization, CoreGain gain)
    {
        var options = Options(parametrization, gain);
        var data = ModelCases.Data(options, 30, 40, 20);
        var (network, parameters) = ModelCases.Create(options, data);
        float before = parameters["Blocks.0.CoreGainLog"][0];
        using var engine = new CpuEngine(network, parameters, new TrainingOptions { Threads = 1 });
        var batch = ModelCases.Batch(data);
        for (int step = 0; step < 10; step++)
        {
            double.IsFinite(engine.TrainBatch(batch, 0.3, 1)).Should().BeTrue();
            engine.Export(parameters);
            var model = new TrainedModel(options, parameters, Summary.None);
            var certificate = Certificate.Of(model)!;
            certificate.Bound.Should().BeInRange(0, gain == CoreGain.Balanced ? Gain : double.MaxValue);
            GainAnalysis.FindWorstInput(model, 40, iterations: 10).Gain.Should().BeLessThanOrEqualTo(certificate.Bound);
        }
        parameters["Blocks.0.CoreGainLog"][0].Should().NotBe(before);
    }

    /// <summary>A gain is limited to e^20, so that what an optimiser does to its logarithm leaves numbers.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Gains_StayFinite_WhateverTheirLogarithms(L2RuParametrization parametrization, CoreGain gain)
    {
        foreach (float log in new[] { -1e30f, -300, 300, 1e30f })
        {
            var model = Draw(parametrization, gain, seed: 8);
            model.Parameters["Blocks.0.CoreGainLog"].Fill(log);
            model.Parameters["Blocks.1.CoreGainLog"].Fill(-log);
            var certificate = Certificate.Of(model)!;
            certificate.Bound.Should().BeInRange(0, gain == CoreGain.Balanced ? Gain : 1e12);
            GainAnalysis.FindWorstInput(model, 20, iterations: 5).Gain.Should().BeLessThanOrEqualTo(certificate.Bound);
        }
    }

    private static SequenceModelOptions Options(L2RuParametrization parametrization, CoreGain gain) => new()
    {
        Task = SequenceTask.SequenceToSequence, Inputs = 2, Outputs = 2,
        Architecture = new L2RuOptions
        {
            Layers = 2, ModelSize = 5, StateSize = parametrization == L2RuParametrization.Square ? 5 : 4, Bidirectional = false,
            Dropout = 0, Gain = Gain, Parametrization = parametrization, CoreGain = gain,
        },
    };

    // Parameters far from where training begins, the gains of the cores among them.
    private static TrainedModel Draw(L2RuParametrization parametrization, CoreGain gain, int seed)
    {
        var options = Options(parametrization, gain);
        var network = new SequenceNetwork(options);
        var parameters = network.Layout.Create(new Random(seed));
        float[] draws = Testing.Draw.Uniform(parameters.Values.Length, -1, 1, seed + 10);
        foreach (var parameter in parameters.Parameters.Where(p => p.Group != ParameterGroup.Fixed))
            for (int i = 0; i < parameter.Length; i++)
                parameters.Values[parameter.Offset + i] += draws[parameter.Offset + i];
        DataStatistics.Store(network.InputStage, network.Head.Output, parameters, ModelCases.Data(options, 30, 20));
        return new TrainedModel(options, parameters, Summary.None);
    }
}
