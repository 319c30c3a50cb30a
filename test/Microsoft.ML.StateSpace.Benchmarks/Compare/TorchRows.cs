using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Training;
using TorchSharp;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>The two engines on the CPU: a training step of the same network, each in a process of its own.</summary>
internal static class TorchRows
{
    private const int Batch = 16, Length = 1024, Layers = 2, Size = 64, Steps = 5;

    private static readonly (string Name, NetworkOptions Architecture)[] Cases =
    [
        ("S5", new S5Options { StateSize = Size }),
        ("LRU", new LruOptions { StateSize = Size }),
        ("S4D", new S4DOptions { StateSize = Size / 2 }),
        ("S4", new S4Options { StateSize = Size / 2 }),
        ("S6, Mamba block", new S6Options { StateSize = 16 }),
        ("SSD, Mamba-2 block", new SsdOptions { StateSize = 64 }),
        ("RG-LRU, Hawk block", new RgLruOptions()),
        ("L2RU", new L2RuOptions { StateSize = Size, Gain = 4 }),
    ];

    public static void Run(Machine machine, bool hasPeer, Report report)
    {
        var table = report.Table(
            $"The engines on the CPU: a training step of {Layers} layers, H = {Size}, {Batch} sequences of {Length} steps, AdamW included",
            "core", "managed ms", "TorchSharp ms", "ratio", "managed MiB", "TorchSharp MiB", "first loss, apart by");
        if (WhyNot() is string why)
        {
            report.Say($"\nNot measured: {why}");
            return;
        }
        foreach (var (name, _) in Cases)
        {
            double[] managed = Child.Run("engine", name, "managed"), torch = Child.Run("engine", name, "TorchSharp");
            table.Row(
                name, Table.Number(managed[0]), Table.Number(torch[0]), $"{Table.Number(torch[0] / managed[0])}x",
                Table.Number(managed[1]), Table.Number(torch[1]),
                $"{Math.Abs(managed[2] - torch[2]) / managed[2]:E0}");
        }
    }

    /// <summary>The child: milliseconds of a step, peak memory, the loss of the first step.</summary>
    public static double[] Own(string name, string engineName)
    {
        var architecture = Cases.Single(c => c.Name == name).Architecture
            with { Layers = Layers, ModelSize = Size, Bidirectional = false, Dropout = 0 };
        var model = new SequenceNetwork(
            new() { Task = SequenceTask.SequenceToSequence, Inputs = 1, Outputs = 1, Architecture = architecture });
        var batch = new SequenceBatch(1, TargetLayout.StepValues(1));
        batch.Reset([.. Enumerable.Repeat(Length, Batch)]);
        Check.Random(Batch * Length, 2).CopyTo(batch.Values);
        Check.Random(Batch * Length, 3).CopyTo(batch.TargetValues);
        using var engine = Create(engineName, model, model.Layout.Create(new Random(1)));
        double loss = engine.TrainBatch(batch, 1e-3, 1);
        Turns.Warm(() => engine.TrainBatch(batch, 1e-3, 1));
        double ms = Turns.Medians(Steps, () => Turns.Again(() => Turns.Milliseconds(() => engine.TrainBatch(batch, 1e-3, 1))))[0];
        return [ms, Child.PeakMemory(), loss];
    }

    private static ISequenceEngine Create(string engine, SequenceNetwork model, ParameterSet parameters)
    {
        if (engine == "managed")
            return new CpuEngine(model, parameters, new TrainingOptions());
        torch.set_num_threads(Environment.ProcessorCount);
        return ((IEngineFactory)TorchSharpEngine.Cpu()).Create(model, parameters, new TrainingOptions());
    }

    private static string? WhyNot()
    {
        try
        {
            torch.set_num_threads(Environment.ProcessorCount);
            return null;
        }
        catch (Exception error)
        {
            return $"the native library of TorchSharp is not here ({(error.InnerException ?? error).Message.Split('\n')[0]}).";
        }
    }
}
