using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Torch.Tests;
using Microsoft.ML.StateSpace.Torch.Training;

namespace Microsoft.ML.StateSpace.GpuCheck.Checks;

/// <summary>
/// L2RU trained on the device: the certificate of the parameters keeps the gain that was asked for, is that of the same training with the
/// managed engine, and no input that a search finds is amplified more.
/// </summary>
internal static class CertificateCheck
{
    private const int Steps = 40;

    public static void Run(Session session)
    {
        session.Report.Title($"Certificates after {Steps} steps: within the gain, and the managed engine's to {Tolerance.EngineLosses:G}");
        foreach (string name in ModelCases.AllNames.Where(name => ModelCases.Options(name).Architecture is L2RuOptions))
            session.Check("certificate", name, () => Compare(session, name));
    }

    private static Finding Compare(Session session, string name)
    {
        var (model, parameters, batch) = EnginePair.Create(ModelCases.Options(name));
        var options = (L2RuOptions)model.Options.Architecture;
        // A gain that is trained freely begins at the one asked for, and has no other bound than the certificate.
        double gain = options.CoreGain == CoreGain.Free ? double.PositiveInfinity : options.Gain;
        TrainedModel Train(ISequenceEngine engine)
        {
            using (engine)
            {
                for (ulong step = 1; step <= Steps; step++)
                    engine.TrainBatch(batch, 1e-2, step);
                ParameterSet trained = parameters.Clone();
                engine.Export(trained);
                return new TrainedModel(model.Options, trained, Summary.None);
            }
        }
        var there = Train(new TorchEngine(model, parameters, new TrainingOptions(), session.Device));
        double bound = Certificate.Of(there)!.Bound;
        double managed = Certificate.Of(Train(new CpuEngine(model, parameters, new TrainingOptions())))!.Bound;
        double found = GainAnalysis.FindWorstInput(there, 80, seed: 3, iterations: session.Options.IsSmall ? 10 : 40).Gain;
        return new Finding(
            bound <= gain && Math.Abs(bound - managed) <= Tolerance.EngineLosses * managed && found <= bound,
            $"bound {bound:F6} of a gain of {gain:G}; managed engine {managed:F6}; worst input found {found:F4}",
            ("bound", bound), ("gain", gain), ("managed", managed), ("found", found));
    }
}
