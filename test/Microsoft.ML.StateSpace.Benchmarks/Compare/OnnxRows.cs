using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// Scoring by ONNX Runtime against our own, of whole networks that answer every time step: 4 layers H = 64, causal, each core in the
/// scaffold of its publication.
/// </summary>
internal static class OnnxRows
{
    private const int Length = 1024, Steps = 1000, Rounds = 7;

    // Answers agree to this share of the largest.
    private const double Near = 1e-3;

    private static readonly NetworkOptions[] Cores =
    [
        new S5Options { StateSize = 64 }, new LruOptions { StateSize = 64 }, new S4DOptions(), new S4Options(), new S6Options(),
        new SsdOptions(), new RgLruOptions(), new LivOptions(), new L2RuOptions { StateSize = 64 },
    ];

    public static void Run(Machine machine, bool hasPeer, Report report)
    {
        var table = report.Table(
            "Scoring by ONNX Runtime, 4 layers, H = 64, causal, ms", "core", "what", "threads", "ours ms", "ONNX Runtime ms", "ratio",
            "file over parameters");
        var lost = new List<string>();
        foreach (var kind in Cores)
        {
            var core = kind with { Layers = Networks.Layers, ModelSize = Networks.Size, Bidirectional = false, Dropout = 0 };
            var definition = CoreDefinition.Of(core);
            core = core with { StateSize = core.StateSize ?? (definition.HasStateSize ? definition.UsualStateSize(core) : null) };
            var network = new SequenceNetwork(
                new SequenceModelOptions { Task = SequenceTask.SequenceToSequence, Inputs = 1, Outputs = 1, Architecture = core });
            var model = new TrainedModel(network.Options, network.Layout.Create(new Random(1)), Summary.None);
            List<double> ratios = [];
            foreach (int threads in new[] { Machine.Threads, 1 })
            {
                foreach (int batch in new[] { 16, 1 })
                    ratios.Add(Sequences(table, core, model, batch, threads));
            }
            ratios.Add(OneStep(table, core, model));
            if (ratios.Count(ratio => ratio < 1) is > 0 and int rows)
                lost.Add($"{Name(core)} in {rows} of {ratios.Count} rows, at worst {Table.Number(ratios.Min())}{WhyLost(core)}");
        }
        report.Say(
            "\n`ratio` is ONNX Runtime's time over ours. ONNX Runtime " + OrtEnv.Instance().GetVersionString() + " runs the files of "
            + "SaveAsOnnx with the threads of the row, ours scores a sequence a thread. The last column is the size of the file over that "
            + $"of the parameters. ONNX Runtime is the faster one with {(lost is [] ? "no core" : string.Join("; ", lost))}.");
    }

    private static string Name(NetworkOptions core) => core.GetType().Name.Replace("Options", "");

    private static string WhyLost(NetworkOptions core) => core is LivOptions
        ? ": our states are computed in double, one step after the other, and its in float, in chunks of 16 steps" : "";

    private static double Sequences(Table table, NetworkOptions core, TrainedModel model, int batch, int threads)
    {
        byte[] file = ModelExport.Create(model, new OnnxExportOptions()).ToMemory().ToArray();
        using var session = Session(file, threads);
        var predictor = new SequencePredictor(model);
        float[] inputs = Check.Random(batch * Length, 2), ours = new float[batch * Length], theirs = new float[batch * Length];
        long[] lengths = new long[batch];
        Array.Fill(lengths, Length);
        using var features = OrtValue.CreateTensorValueFromMemory(inputs, [batch, Length, 1]);
        using var given = OrtValue.CreateTensorValueFromMemory(lengths, [batch]);
        using var score = OrtValue.CreateTensorValueFromMemory(theirs, [batch, Length, 1]);
        using var options = new RunOptions();

        void Own(int i) => predictor.Predict(inputs.AsSpan(i * Length, Length), [], ours.AsSpan(i * Length, Length));
        void Ours()
        {
            if (threads > 1)
                Parallel.For(0, batch, new ParallelOptions { MaxDegreeOfParallelism = threads }, Own);
            else
                for (int i = 0; i < batch; i++)
                    Own(i);
        }
        void Theirs() => session.Run(options, ["features", "lengths"], [features, given], ["score"], [score]);
        Turns.Warm(Ours);
        Turns.Warm(Theirs);
        RequireNear(ours, theirs, core);
        return Add(table, core, $"{batch} x {Length}", threads, file, model, Turns.Medians(
            Rounds, () => Turns.Milliseconds(Ours), () => Turns.Milliseconds(Theirs)));
    }

    private static double OneStep(Table table, NetworkOptions core, TrainedModel model)
    {
        byte[] file = ModelExport.Create(model, new OnnxExportOptions { Form = OnnxForm.Step }).ToMemory().ToArray();
        using var session = Session(file, 1);
        var stream = new SequencePredictor(model).CreateStream();
        int size = int.Parse(session.ModelMetadata.CustomMetadataMap["state_size"], CultureInfo.InvariantCulture);
        float[] inputs = Check.Random(Steps, 2), value = new float[1], answer = new float[1];
        float[] ours = new float[Steps], theirs = new float[Steps];
        float[][] states = [new float[size], new float[size]];
        using var features = OrtValue.CreateTensorValueFromMemory(value, [1, 1]);
        using var score = OrtValue.CreateTensorValueFromMemory(answer, [1, 1]);
        using OrtValue even = OrtValue.CreateTensorValueFromMemory(states[0], [1, size]),
            odd = OrtValue.CreateTensorValueFromMemory(states[1], [1, size]);
        using var options = new RunOptions();
        string[] inputNames = ["features", "state"], outputNames = ["score", "next_state"];

        void Ours()
        {
            stream.Reset();
            for (int t = 0; t < Steps; t++)
                ours[t] = stream.Step(inputs.AsSpan(t, 1))[0];
        }
        void Theirs()
        {
            Array.Clear(states[0]);
            for (int t = 0; t < Steps; t++)
            {
                value[0] = inputs[t];
                session.Run(
                    options, inputNames, [features, t % 2 == 0 ? even : odd], outputNames, [score, t % 2 == 0 ? odd : even]);
                theirs[t] = answer[0];
            }
        }
        Turns.Warm(Ours);
        Turns.Warm(Theirs);
        RequireNear(ours, theirs, core);
        return Add(table, core, "one step", 1, file, model, Turns.Medians(
            Rounds, () => Turns.Milliseconds(Ours) / Steps, () => Turns.Milliseconds(Theirs) / Steps));
    }

    private static InferenceSession Session(byte[] file, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        return new InferenceSession(file, options);
    }

    private static double Add(
        Table table, NetworkOptions core, string what, int threads, byte[] file, TrainedModel model, double[] medians)
    {
        double ratio = medians[1] / medians[0];
        table.Row(
            Name(core), what, threads, Table.Number(medians[0]), Table.Number(medians[1]), Table.Number(ratio),
            Table.Number(file.Length / 4.0 / model.Parameters.Values.Length));
        return ratio;
    }

    private static void RequireNear(float[] ours, float[] theirs, NetworkOptions core)
    {
        double largest = ours.Max(Math.Abs), difference = ours.Zip(theirs, (a, b) => (double)Math.Abs(a - b)).Max();
        if (!(difference <= Near * Math.Max(1, largest)))
            throw new InvalidOperationException($"ONNX Runtime answers otherwise with {Name(core)}: by {difference}.");
    }
}
