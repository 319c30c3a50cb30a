using System.Diagnostics;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Torch.Training;
using TorchSharp;

namespace Microsoft.ML.StateSpace.GpuCheck.Checks;

/// <summary>Training steps per second by core and size, of this device and of the managed engine, one after the other.</summary>
internal static class SpeedTable
{
    private readonly record struct Size(string Name, int Channels, int Length, int Sequences);

    private static readonly Size Tiny = new("tiny", 16, 128, 8), Small = new("small", 32, 256, 16);
    private static readonly Size Medium = new("medium", 128, 1024, 16), Large = new("large", 256, 4096, 8);

    public static void Run(Session session)
    {
        Size[] sizes = session.Options.IsSmall ? [Tiny] : session.IsCuda ? [Small, Medium, Large] : [Small, Medium];
        session.Report.Title($"Training steps per second: {session.Device}, the managed engine, and the first by the second");
        string threads = session.IsCuda ? "" : $", libtorch with {torch.get_num_threads()} threads";
        session.Report.Note($"two layers in the scaffold of the core's publication with its usual number of states, float32{threads}");
        session.Report.Note($"the managed engine with {Environment.ProcessorCount} threads");
        Report.WriteSpeedHeader();
        foreach (var size in sizes)
            foreach (var core in CoreDefinition.All)
                Measure(session, core.Name, At(core, size), size);
    }

    /// <summary>A core with as many channels as the size asks for, and its usual number of states.</summary>
    private static NetworkOptions At(CoreDefinition core, Size size)
    {
        var options = core.CreateOptions() with { Layers = 2, ModelSize = size.Channels, Bidirectional = false, Dropout = 0 };
        return core.HasStateSize ? options with { StateSize = core.UsualStateSize(options) } : options;
    }

    private static void Measure(Session session, string core, NetworkOptions architecture, Size size)
    {
        string subject = $"{core}, {size.Name}";
        // A row of the table stands for the check; only one that could not be measured is listed as such.
        if (session.IsOver)
        {
            session.Check("speed", subject, () => throw new UnreachableException());
            return;
        }
        try
        {
            var task = SequenceTask.Classification;
            var options = new SequenceModelOptions { Task = task, Inputs = 4, Outputs = 4, Architecture = architecture };
            var data = ModelCases.Data(options, [.. Enumerable.Repeat(size.Length, size.Sequences)]);
            var (model, parameters) = ModelCases.Create(options, data);
            var batch = ModelCases.Batch(data);
            double budget = session.Options.IsSmall ? 0.3 : 1.5;
            double onDevice = StepsPerSecond(new TorchEngine(model, parameters, new TrainingOptions(), session.Device), batch, budget);
            double managed = StepsPerSecond(new CpuEngine(model, parameters, new TrainingOptions()), batch, budget);
            session.Report.Add(new Speed(core, size.Channels, size.Length, size.Sequences, parameters.Values.Length, onDevice, managed));
        }
        catch (Exception error)
        {
            session.Check("speed", subject, () => new Finding(false, $"{error.GetType().Name}: {error.Message.Split('\n')[0]}"));
        }
    }

    // After two steps that are not counted, as many as fit into the budget, but at least one. Every step ends with the loss, for which the
    // device is waited for.
    private static double StepsPerSecond(ISequenceEngine engine, SequenceBatch batch, double budget)
    {
        using (engine)
        {
            ulong key = 1;
            for (; key <= 2; key++)
                engine.TrainBatch(batch, 1e-4, key);
            var clock = Stopwatch.StartNew();
            int steps = 0;
            while (steps == 0 || (steps < 200 && clock.Elapsed.TotalSeconds < budget))
            {
                engine.TrainBatch(batch, 1e-4, key++);
                steps++;
            }
            return steps / clock.Elapsed.TotalSeconds;
        }
    }
}
