using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Torch.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Tests;

/// <summary>What is trained here is served by the managed engine, whose certificate holds for any parameters: so for these too.</summary>
public sealed class CertificateTests
{
    private const double Gain = 2; // of the cases

    public static TheoryData<string> Names
        => ["L2RU, dilation, sequence to sequence", "L2RU, non-square, sequence to sequence", "L2RU, square, sequence to sequence"];

    [TorchTheory]
    [MemberData(nameof(Names))]
    public void Certificate_OfATrainedModel_Holds(string name)
    {
        var (model, parameters, batch) = EnginePair.Create(ModelCases.Options(name));
        var before = parameters.Clone();
        using (var engine = new TorchEngine(model, parameters, new TrainingOptions(), CPU))
        {
            double first = engine.TrainBatch(batch, 1e-2, 1), last = first;
            for (int step = 2; step <= 40; step++)
                last = engine.TrainBatch(batch, 1e-2, (ulong)step);
            last.Should().BeInRange(0, 0.98 * first);
            engine.Export(parameters);
        }
        parameters.Values.SequenceEqual(before.Values).Should().BeFalse();
        var trained = new TrainedModel(model.Options, parameters, Summary.None);
        var certificate = Certificate.Of(trained)!;
        certificate.Bound.Should().BeInRange(0, Gain);
        var worst = GainAnalysis.FindWorstInput(trained, 80, seed: 3, iterations: 40);
        worst.Gain.Should().BeInRange(1e-4, certificate.Bound);
        worst.GainInUnits.Should().BeInRange(1e-4, certificate.BoundInUnits);
        GainAnalysis.HInfinityNorm(LinearSystem.OfCore(trained, 0), 1e-6).Should().BeInRange(1e-4, 1 + 2e-6);
    }

    [TorchTheory]
    [MemberData(nameof(Names))]
    public void AParameterThatIsNoNumber_MakesTheLossNone_AndThrowsNothing(string name)
    {
        foreach (float value in (float[])[float.NaN, float.PositiveInfinity])
        {
            var (model, parameters, batch) = EnginePair.Create(ModelCases.Options(name));
            var moved = parameters.Parameters.Where(p => p.Name is "Blocks.0.Core.U" or "Blocks.0.Core.D" or "Blocks.0.Core.Dt");
            foreach (var parameter in moved)
                parameters.Values[parameter.Offset] = value;
            using var engine = new TorchEngine(model, parameters, new TrainingOptions(), CPU);
            double.IsFinite(engine.TrainBatch(batch, 1e-2, 1)).Should().BeFalse();
        }
    }
}
