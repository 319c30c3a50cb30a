using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Torch.Tests;
using Microsoft.ML.StateSpace.Torch.Training;
using TorchSharp;

namespace Microsoft.ML.StateSpace.GpuCheck.Checks;

/// <summary>
/// Memory over a thousand training steps, a tenth of them with each of ten networks, which have all the scans between them. What is read:
/// how many tensors TorchSharp counts, before a garbage collection could free what a step has left; the memory of this process that the
/// system holds in RAM; and on a GPU what the driver says is in use on the whole card.
/// </summary>
internal static class MemoryCheck
{
    private const int StepsOfEach = 100, WarmUp = 30;

    // A step that leaves behind one tensor of the smallest size would cost 2 MB of process memory in all; the count of tensors sees it in
    // any case.
    private const double MostMegabytes = 32, MostMegabytesOnCard = 64;

    private static readonly string[] Cases =
    [
        "LRU, layer norm before, mean", "S5, sequence to sequence", "S5, irregular, sequence to sequence", "S4D, sequence to sequence",
        "S4, sequence to sequence", "S6, sequence to sequence", "SSD, Mamba-2 block, sequence to sequence", "RG-LRU, sequence to sequence",
        "LIV, sequence to sequence", "L2RU, square, sequence to sequence",
    ];

    public static void Run(Session session)
    {
        session.Report.Title($"Memory over {Cases.Length * StepsOfEach} steps");
        session.Check("memory", "tensors, process, card", () => Measure(session));
    }

    private static Finding Measure(Session session)
    {
        var engines = Cases.Select(name =>
        {
            var (model, parameters, batch) = EnginePair.Create(ModelCases.Options(name));
            return (Engine: new TorchEngine(model, parameters, new TrainingOptions(), session.Device), Batch: batch);
        }).ToArray();
        void Train(int steps)
        {
            for (int step = 1; step <= steps; step++)
                foreach (var (engine, batch) in engines)
                    engine.TrainBatch(batch, 1e-4, (ulong)step);
        }
        try
        {
            Train(WarmUp);
            Collect();
            long tensors = torch.Tensor.TotalCount, process = Environment.WorkingSet;
            double? card = session.IsCuda ? CardMemory.UsedMegabytes() : null;
            Train(StepsOfEach);
            long tensorsLeft = torch.Tensor.TotalCount - tensors;
            Collect();
            double megabytes = (Environment.WorkingSet - process) / (1024.0 * 1024);
            double? onCard = card is double before && CardMemory.UsedMegabytes() is double after ? after - before : null;
            string text = $"{tensorsLeft:+0;-0;0} tensors (of {tensors}), {megabytes:+0.0;-0.0;0.0} MB of the process, card: "
                + (onCard is double more ? $"{more:+0;-0;0} MB of {card:F0}" : session.IsCuda ? "not read" : "none");
            return new Finding(
                tensorsLeft <= 0 && megabytes <= MostMegabytes && !(onCard > MostMegabytesOnCard), text,
                ("tensors", tensorsLeft), ("processMegabytes", megabytes), ("cardMegabytes", onCard ?? double.NaN));
        }
        finally
        {
            foreach (var (engine, _) in engines.Reverse())
                engine.Dispose();
        }
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
