using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Core.Tests.Training;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Torch.Training;

namespace Microsoft.ML.StateSpace.GpuCheck.Checks;

/// <summary>
/// Two hundred steps in every precision: the loss is always a number, falls, and on its way and at its end is near that of the managed
/// engine. Losses are compared as means of twenty steps, for single steps of two roundings differ by chance.
/// </summary>
internal static class PrecisionCheck
{
    private const int Steps = 200, Window = 20;

    // How far a mean loss may be from that of the managed engine, as a share of the first loss.
    private static readonly (TorchSharpPrecision Precision, double Band)[] Bands =
        [(TorchSharpPrecision.Float32, 0.005), (TorchSharpPrecision.TensorFloat32, 0.02), (TorchSharpPrecision.BFloat16, 0.03)];

    public static void Run(Session session)
    {
        session.Report.Title($"{Steps} steps: the loss is always a number, falls below half, and stays near the managed engine's");
        if (!session.IsCuda)
            session.Report.Note("on a CPU TensorFloat32 is the same as Float32");
        int channels = session.Options.IsSmall ? 16 : 64;
        (string Name, NetworkOptions Architecture)[] networks =
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
        Session session, NetworkOptions architecture, TorchSharpPrecision precision, double band, ref double[]? managed)
    {
        var options = SmallTask.Model with { Architecture = architecture };
        var data = SmallTask.Data(count: session.Options.IsSmall ? 32 : 128, mistaken: 2);
        var (model, parameters) = ModelCases.Create(options, data);
        managed ??= Losses(new CpuEngine(model, parameters, SmallTask.Training), data);
        double[] losses = Losses(new TorchEngine(model, parameters, SmallTask.Training, session.Device, precision), data);
        double[] means = Means(losses), expected = Means(managed);
        double first = managed[0], share = means.Zip(expected, (a, b) => Math.Abs(a - b)).Max() / first;
        return new Finding(
            losses.All(double.IsFinite) && means[^1] < first / 2 && share <= band,
            $"loss {losses[0]:F4} -> {means[^1]:F4}, managed engine {first:F4} -> {expected[^1]:F4}: {share:P2} apart, may be {band:P1}",
            ("first", losses[0]), ("last", means[^1]), ("managedFirst", first), ("managedLast", expected[^1]),
            ("share", share), ("band", band));
    }

    private static double[] Means(double[] losses) => [.. losses.Chunk(Window).Select(window => window.Average())];

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
