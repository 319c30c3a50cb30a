using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>One time step in, one output out, 4 layers H = N = 64, one thread.</summary>
internal static class StreamingRows
{
    private const int Steps = 1000, Rounds = 7;
    private static readonly int[] OneRow = [0, 1];

    public static void Run(Machine machine, bool hasPeer, Report report)
    {
        var table = report.Table(
            "One streaming step, 4 layers, H = N = 64, one thread", "ours us", "peer eager us", "peer traced us",
            "ratio to eager", "ratio to traced");
        var model = new SequenceNetwork(Networks.Causal);
        var parameters = model.Layout.Create(new Random(1));
        float[] inputs = Check.Random(Steps, 2), outputs = new float[Steps], prepared = new float[model.Layout.PreparedLength];
        float[] scratch = new float[model.StepScratchSize], state = new float[model.StateSize];
        model.Prepare(new Weights(parameters.Values, prepared));

        void Stream()
        {
            var pass = new Pass { Weights = new Weights(parameters.Values, prepared), Starts = OneRow, Scratch = scratch };
            Array.Clear(state);
            for (int t = 0; t < Steps; t++)
                model.Step(pass, t, inputs.AsSpan(t, 1), outputs.AsSpan(t, 1), state);
        }
        Turns.Warm(Stream);
        double own = Turns.Medians(Rounds, () => 1000 * Turns.Milliseconds(Stream) / Steps)[0];
        if (!hasPeer)
        {
            table.Row(Table.Number(own), "", "", "", "");
            return;
        }
        string file = Path.GetTempFileName(), rows = Path.GetTempFileName(), results = Path.GetTempFileName();
        TensorFile.Write(file, TensorFile.Of(parameters));
        TensorFile.Write(rows, ("u", [Steps, 1], inputs));
        using var peer = PyTorch.Start();
        double Time(string form) => (double)peer.Ask("stream", new { file, inputs = rows, @out = results })["us"]![form]!;
        Time("traced");
        LayerCheck.Close(TensorFile.Read(results)["y"], outputs, "the peer", "streamed output");
        double[] medians =
            Turns.Medians(Rounds, () => 1000 * Turns.Milliseconds(Stream) / Steps, () => Time("eager"), () => Time("traced"));
        table.Row([.. medians.Select(Table.Number), Table.Number(medians[1] / medians[0]), Table.Number(medians[2] / medians[0])]);
        foreach (string temporary in (string[])[file, rows, results])
            File.Delete(temporary);
    }
}
