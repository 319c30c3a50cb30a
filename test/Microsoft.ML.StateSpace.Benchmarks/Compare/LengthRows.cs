using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>What a training step of one sequence costs as the sequence grows, each length in a process of its own.</summary>
internal static class LengthRows
{
    private const int Steps = 9;

    public static void Run(Machine machine, bool hasPeer, Report report)
    {
        var table = report.Table(
            "One sequence, 4 layers, H = N = 64: a training step by length",
            "T", "ms", "ms per 1k steps", "peak MiB", "bytes a time step, beyond T = 1k", "of floor");
        double first = double.NaN;
        for (int length = 1024; length <= 131072; length *= 2)
        {
            double[] child = Child.Run("length", $"{length}");
            first = double.IsNaN(first) ? child[1] : first;
            table.Row(
                length, Table.Number(child[0]), Table.Number(child[0] / length * 1000), Table.Number(child[1]),
                length == 1024 ? "" : Table.Number((child[1] - first) * 1048576 / (length - 1024)),
                Table.Percent(machine.Floor(Networks.Least(length, train: true)) / child[0]));
        }
    }

    /// <summary>The child: milliseconds of a step, peak memory.</summary>
    public static double[] Own(int length)
    {
        var model = new SequenceNetwork(Networks.Causal);
        using var engine = new CpuEngine(model, model.Layout.Create(new Random(1)), new TrainingOptions());
        var batch = new SequenceBatch(1, TargetLayout.StepValues(1));
        batch.Reset([length]);
        Check.Random(length, 2).CopyTo(batch.Values);
        Check.Random(length, 3).CopyTo(batch.TargetValues);
        // Short sequences are trained on several times, so that the JIT has compiled everything. For a long one a single time is enough.
        for (int i = 0; i < Math.Max(1, 32768 / length); i++)
            engine.TrainBatch(batch, 1e-3, 1);
        double ms = Turns.Medians(Steps, () => Turns.Again(() => Turns.Milliseconds(() => engine.TrainBatch(batch, 1e-3, 1))))[0];
        return [ms, Child.PeakMemory()];
    }
}
