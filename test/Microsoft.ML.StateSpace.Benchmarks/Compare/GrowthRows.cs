using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Execution;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// What a training step of the default network costs as one of its sizes grows and the others stay, each size in a process of its own.
/// </summary>
internal static class GrowthRows
{
    private const int Largest = 64, Steps = 5, Classes = 10;
    private const double MostMilliseconds = 10_000, MostMebibytes = 24 * 1024;

    // The sizes that TrainingDefaults chooses for a classifier of few sequences. They have no length of their own.
    private static readonly (string Name, int Usual)[] Sizes =
        [("layers", 3), ("width H", 64), ("states N", 32), ("length T", 128), ("batch B", 16)];

    public static void Run(Machine machine, bool hasPeer, Report report)
    {
        var table = report.Table(
            "What a model costs as it grows: a training step of a classifier of S5", "what grows", "times the default", "size", "ms",
            "peak MiB", "of it the engine's MiB");
        double[] usual = Child.Run("growth", Sizes[0].Name, "1");
        foreach (var (name, size) in Sizes)
        {
            List<(int Times, double[] Costs)> found = [];
            string? end = null;
            for (int times = 1; times <= Largest && end is null; times *= 2)
            {
                end = TooLarge(found) ?? Measure(name, times, usual, found);
                object[] cells = end is null ? [.. found[^1].Costs.Select(Table.Number)] : [$"not measured: {end}", "", ""];
                table.Row([name, times, times * size, .. cells]);
            }
            var upper = found[(found.Count / 2)..];
            object[] exponents = [.. Enumerable.Range(0, usual.Length).Select(cost => $"**{Table.Number(Slope(upper, cost))}**")];
            table.Row([$"**{name}, exponent**", $"**{upper[0].Times} to {upper[^1].Times}**", "", .. exponents]);
        }
        report.Say(
            "\nThe default: 3 layers, H = 64, N = 32 complex states, both directions, 16 sequences of one channel, ten classes; a default "
            + "length there is not, here it is 128. One size grows, the others stay. ms: the median of five steps, AdamW included. Peak: "
            + "the largest resident set of the process, runtime and initial values included; the engine's: what it allocated until the "
            + "first step was over, which is all that it ever holds (activations, gradients of all shards, moments, parameters). An "
            + "exponent is the slope of the least squares line through log cost over log size, over the upper half of the sizes "
            + $"measured. What would not fit {MostMebibytes / 1024} GiB, or the memory that is free, or would take more than "
            + $"{MostMilliseconds / 1000} s a step, judged by how the cost grew before, is not measured.");
    }

    /// <summary>The child: milliseconds of a step, peak memory of the process, and memory that the engine has allocated, in MiB.</summary>
    public static double[] Own(string grown, int times)
    {
        int[] sizes = [.. Sizes.Select(size => size.Name == grown ? size.Usual * times : size.Usual)];
        var (layers, width, states, length, count) = (sizes[0], sizes[1], sizes[2], sizes[3], sizes[4]);
        var model = new SequenceNetwork(new()
        {
            Task = SequenceTask.Classification, Inputs = 1, Outputs = Classes,
            // Blocks of the default size, since the initial poles of one large block take minutes to find. A step costs the same.
            Architecture = new S5Options
            {
                Layers = layers, ModelSize = width, StateSize = states, Blocks = states / Sizes[2].Usual, Bidirectional = true,
                Dropout = 0.1,
            },
        });
        var batch = new SequenceBatch(1, TargetLayout.Classes);
        batch.Reset([.. Enumerable.Repeat(length, count)]);
        Check.Random(length * count, 2).CopyTo(batch.Values);
        for (int i = 0; i < count; i++)
            batch.Classes[i] = i % Classes;
        var parameters = model.Layout.Create(new Random(1));
        long before = GC.GetTotalAllocatedBytes(precise: true);
        using var engine = new CpuEngine(model, parameters, new TrainingOptions());
        ulong step = 0;
        double Step() => Turns.Milliseconds(() => engine.TrainBatch(batch, 1e-3, ++step));
        // The first step allocates. Short ones are made for a second, so that the JIT has compiled everything.
        double warm = Step(), taken = (GC.GetTotalAllocatedBytes(precise: true) - before) / 1048576.0;
        while (warm < 1000)
            warm += Step();
        return [Turns.Median([.. Enumerable.Range(0, Steps).Select(_ => Step())]), Child.PeakMemory(), taken];
    }

    // Why the next size is not tried, where the last two let expect that it is too large.
    private static string? TooLarge(List<(int Times, double[] Costs)> found)
    {
        if (found is [])
            return null;
        double Next(int cost)
            => found[^1].Costs[cost] * (found.Count < 2 ? 2 : Math.Max(1, found[^1].Costs[cost] / found[^2].Costs[cost]));
        GC.Collect();
        var memory = GC.GetGCMemoryInfo();
        double free = (memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes) / 1048576.0;
        return Next(0) > MostMilliseconds ? $"about {Table.Number(Next(0) / 1000)} s a step"
            : Next(1) > Math.Min(MostMebibytes, free) ? $"about {Table.Number(Next(1) / 1024)} GiB"
            : null;
    }

    // Adds what this size costs; why it could not be measured otherwise.
    private static string? Measure(string name, int times, double[] usual, List<(int Times, double[] Costs)> found)
    {
        try
        {
            found.Add((times, times == 1 ? usual : Child.Run("growth", name, $"{times}")));
            return null;
        }
        catch (InvalidOperationException)
        {
            return "the process ended with an error, which the console shows";
        }
    }

    private static double Slope(List<(int Times, double[] Costs)> points, int cost)
    {
        double[] x = [.. points.Select(point => Math.Log(point.Times))], y = [.. points.Select(point => Math.Log(point.Costs[cost]))];
        double meanX = x.Average(), meanY = y.Average();
        return x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / x.Sum(a => (a - meanX) * (a - meanX));
    }
}
