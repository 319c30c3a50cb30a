using System.Diagnostics;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>What a service feels: from the start of a process to its first prediction, and what PredictionEngine adds to the model's own time.</summary>
internal static class StartRows
{
    private const int Rounds = 7, ShortLength = 100, LongLength = 2000, Calls = 200;

    public static void Run(Machine machine, bool hasPeer, Report report)
    {
        string zip = Path.GetTempFileName();
        var mlContext = new MLContext(seed: 1);
        var model = Train(mlContext, out var schema);
        mlContext.Model.Save(model, schema, zip);

        double[][] starts = [.. Enumerable.Range(0, Rounds).Select(_ => Child.Run("start", zip))];
        var start = report.Table("From a saved model to the first prediction, in a fresh process, ms", "model loaded and first prediction", "the same, since the process began");
        start.Row(Table.Number(Turns.Median([.. starts.Select(times => times[0])])), Table.Number(Turns.Median([.. starts.Select(times => times[1])])));

        var engine = mlContext.Model.CreatePredictionEngine<Sequence, Answer>(model);
        var predictor = Predictor(model);
        var table = report.Table(
            "PredictionEngine.Predict, sequences of 1 channel", "length", "Predict us", "of it the model us", "difference us", "bytes allocated a call");
        foreach (int length in (int[])[ShortLength, LongLength])
        {
            var sequence = new Sequence { Features = Check.Random(length, 1) };
            var answer = new Answer();
            var outputs = new float[predictor.OutputLength(length)];
            void Predict() => engine.Predict(sequence, ref answer);
            void Own() => predictor.Predict(sequence.Features, outputs);
            Turns.Warm(Predict);
            Turns.Warm(Own);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Calls; i++)
                Predict();
            double bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Calls;
            double[] ms = Turns.Medians(Calls, () => Turns.Milliseconds(Predict), () => Turns.Milliseconds(Own));
            table.Row(length, Table.Number(1000 * ms[0]), Table.Number(1000 * ms[1]), Table.Number(1000 * (ms[0] - ms[1])), Table.Number(bytes));
        }
        File.Delete(zip);
    }

    /// <summary>The child: milliseconds from before the load to behind the first prediction, and from the start of the process.</summary>
    public static double[] Own(string zip)
    {
        long began = Stopwatch.GetTimestamp();
        var mlContext = new MLContext();
        var model = mlContext.Model.Load(zip, out _);
        var engine = mlContext.Model.CreatePredictionEngine<Sequence, Answer>(model);
        engine.Predict(new Sequence { Features = new float[ShortLength] });
        double ms = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        using var process = Process.GetCurrentProcess();
        return [ms, (DateTime.Now - process.StartTime).TotalMilliseconds];
    }

    // Two classes of noise; only the size of the network matters.
    private static SequenceClassificationTransformer Train(MLContext mlContext, out DataViewSchema schema)
    {
        var rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new Labelled { Features = Check.Random(ShortLength, i), Label = i % 2 }));
        var data = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
        schema = data.Schema;
        var options = new SequenceClassificationOptions { Architecture = Networks.Architecture, Training = new() { Epochs = 1, BatchSize = 10, ValidationFraction = 0 } };
        return mlContext.MulticlassClassification.Trainers.StateSpace(options).Fit(data);
    }

    private static SequencePredictor Predictor(SequenceClassificationTransformer model)
    {
        string file = Path.GetTempFileName();
        model.SaveParameters(file);
        using var stream = File.OpenRead(file);
        return new SequencePredictor(ModelFile.Read(stream));
    }

    /// <summary>A row of any length.</summary>
    internal class Sequence
    {
        public float[] Features { get; set; } = [];
    }

    /// <summary>One to train on.</summary>
    internal sealed class Labelled : Sequence
    {
        public int Label { get; set; }
    }

    /// <summary>What is predicted.</summary>
    internal sealed class Answer
    {
        public float[] Score { get; set; } = [];
    }
}
