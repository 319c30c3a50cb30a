using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Core.Tests.Training;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Torch.Training;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.GpuCheck.Checks;

/// <summary>Two hundred steps in every precision: the loss falls, is always a number, and ends near that of the managed engine.</summary>
internal static class PrecisionCheck
{
    private const int Steps = 200, Last = 20;

    // How far the mean loss of the last steps may be from that of the managed engine, as a share of the first loss.
    private static readonly (TorchSharpPrecision Precision, double Band)[] Bands =
        [(TorchSharpPrecision.Float32, 0.02), (TorchSharpPrecision.TensorFloat32, 0.05), (TorchSharpPrecision.BFloat16, 0.1)];

    public static void Run(Session session)
    {
        session.Report.Title($"{Steps} steps: the loss is always a number, falls below half, and ends near that of the managed engine");
        if (!session.IsCuda)
            session.Report.Note("on a CPU TensorFloat32 is the same as Float32");
        int channels = session.Options.IsSmall ? 16 : 64;
        (string Name, ArchitectureOptions Architecture)[] networks =
        [
            ("S5", new S5Options { Layers = 2, ModelSize = channels, StateSize = channels, Bidirectional = false, Dropout = 0 }),
            ("SSD", new SsdOptions { Layers = 2, ModelSize = channels, StateSize = 16, HeadSize = 16, Bidirectional = false, Dropout = 0 }),
        ];
        foreach (var (name, architecture) in networks)
        {
            double[]? managed = null;
            foreach (var (precision, band) in Bands)
                session.Check("precision", $"{name}, {precision}", () => Compare(session, architecture, precision, band, ref managed));
        }
    }

    private static Finding Compare(
        Session session, ArchitectureOptions architecture, TorchSharpPrecision precision, double band, ref double[]? managed)
    {
        var options = SmallTask.Model with { Architecture = architecture };
        var data = SmallTask.Data(count: session.Options.IsSmall ? 32 : 128, mistaken: 2);
        var (model, parameters) = ModelCases.Create(options, data);
        managed ??= Losses(new CpuEngine(model, parameters, SmallTask.Training), data);
        double[] losses = Losses(new TorchEngine(model, parameters, SmallTask.Training, session.Device, precision), data);
        double first = managed[0], end = losses[^Last..].Average(), expected = managed[^Last..].Average();
        double share = Math.Abs(end - expected) / first;
        return new Finding(
            losses.All(double.IsFinite) && end < first / 2 && share <= band,
            $"loss {losses[0]:F4} -> {end:F4}, managed engine {first:F4} -> {expected:F4}: {share:P1} of the first apart, may be {band:P0}",
            ("first", losses[0]), ("last", end), ("managedFirst", first), ("managedLast", expected), ("share", share), ("band", band));
    }

    private static double[] Losses(ISequenceEngine engine, SequenceSet data)
    {
        using (engine)
        {
            var batches = Enumerable.Range(0, 2).Select(half => Batch(data, half)).ToArray();
            return [.. Enumerable.Range(0, Steps).Select(step => engine.TrainBatch(batches[step % 2], 1.5e-3, (ulong)step + 1))];
        }
    }

    private static SequenceBatch Batch(SequenceSet data, int half)
    {
        var batch = new SequenceBatch(data.Features, data.Targets, data.HasIntervals);
        batch.Fill(data, [.. Enumerable.Range(half * data.Count / 2, data.Count / 2)]);
        return batch;
    }
}
