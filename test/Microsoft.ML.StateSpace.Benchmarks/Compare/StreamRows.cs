using System.Diagnostics;
using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// Peak memory and speed of training on rows that exceed the memory budget, beside rows that do not, each in a process of its own. The rows
/// are made as they are read, so none of their memory counts: 512 steps of 64 channels, two classes, a tenth held out.
/// </summary>
internal static class StreamRows
{
    private const int Channels = 64, Steps = 512;
    private const long Megabyte = 1 << 20, SequenceBytes = sizeof(float) * Channels * Steps;

    private static readonly (int Data, int Budget)[] Cases = [(1024, 2048), (8192, 2048), (8192, 512)];

    public static void Run(Machine machine, bool hasPeer, Report report)
    {
        var table = report.Table(
            "Training on more than the memory budget: one epoch of one layer, 64 channels of 512 steps (resident set at its peak)",
            "rows MiB", "MemoryBudget MiB", "before training MiB", "peak MiB", "peak - before MiB", "above the budget MiB", "s in all",
            "sequences/s of the epoch", "accuracy");
        foreach (var (data, budget) in Cases)
        {
            double[] own = Child.Run("stream", $"{data}", $"{budget}");
            double used = own[1] - own[0];
            table.Row(
                data, budget, Table.Number(own[0]), Table.Number(own[1]), Table.Number(used), Table.Number(Math.Max(0, used - budget)),
                Table.Number(own[2]), Table.Number(own[3]), Table.Number(own[4]));
        }
        report.Say(
            "\nThe rows are made anew at each reading. Before: the resident set behind a small training of the same kind; peak: the "
            + "largest one of the process. The seconds in all count every reading, those before the epoch too.");
    }

    /// <summary>
    /// Memory before training and at its peak, in MiB; seconds of the whole training; sequences a second of its epoch; its accuracy.
    /// </summary>
    public static double[] Own(int data, int budget)
    {
        var context = new MLContext(seed: 1);
        int count = (int)(data * Megabyte / SequenceBytes);
        double speed = 0;
        var options = new BinarySequenceClassificationOptions
        {
            Channels = Channels,
            Architecture = new LruOptions { Layers = 1, ModelSize = 16, StateSize = 16, Bidirectional = false },
            Training = new()
            {
                Epochs = 1, BatchSize = 32, Seed = 1, ValidationFraction = 0.1, MemoryBudget = budget * Megabyte,
                Progress = new Speed(value => speed = value),
            },
        };
        // What training loads and compiles is there before the memory is looked at.
        Fit(context, options with { Training = options.Training with { MemoryBudget = 64 * SequenceBytes } }, 128);
        double before = Environment.WorkingSet / (double)Megabyte;
        long began = Stopwatch.GetTimestamp();
        var summary = Fit(context, options, count);
        return
        [
            before, Child.PeakMemory(), Stopwatch.GetElapsedTime(began).TotalSeconds, speed, summary.ValidationMetric ?? double.NaN,
        ];
    }

    private static TrainingSummary Fit(MLContext context, BinarySequenceClassificationOptions options, int count)
        => context.BinaryClassification.Trainers.StateSpace(options).Fit(context.Data.LoadFromEnumerable(Rows(count))).Model.Summary;

    // Noise, and in some channels an oscillation whose frequency is that of the class. All rows are one object.
    private static IEnumerable<Row> Rows(int count)
    {
        var row = new Row { Features = new float[Channels * Steps] };
        for (int i = 0; i < count; i++)
        {
            uint state = (uint)i * 2654435761 + 12345;
            row.Label = (state >> 16) % 2 == 0;
            float[] values = row.Features;
            for (int j = 0; j < values.Length; j++)
            {
                state = state * 1664525 + 1013904223;
                values[j] = (state >> 8) * (2f / (1 << 24)) - 1;
            }
            for (int t = 0; t < Steps; t++)
                values[t * Channels + 5] += MathF.Sin((row.Label ? 0.2f : 0.5f) * t + i);
            yield return row;
        }
    }

    private sealed class Row
    {
        public bool Label { get; set; }

        [VectorType(Steps * Channels)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Speed(Action<double> set) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => set(value.SequencesPerSecond);
    }
}
