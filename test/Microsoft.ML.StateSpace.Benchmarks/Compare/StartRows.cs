using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// What a service has to wait for: the time from the start of a process to its first prediction, and what PredictionEngine adds to
/// the time of the model itself.
/// </summary>
internal static class StartRows
{
    private const int Rounds = 7, ShortLength = 100, LongLength = 2000, Calls = 200;

    public static void Run(Machine machine, bool hasPeer, Report report)
    {
        var mlContext = new MLContext(seed: 1);
        var model = Train(mlContext, out var schema);
        FirstPredictions(mlContext, model, schema, report);

        var engine = mlContext.Model.CreatePredictionEngine<Sequence, Answer>(model);
        var predictor = Predictor(model);
        var table = report.Table(
            "PredictionEngine.Predict, sequences of 1 channel",
            "length", "Predict us", "of it the model us", "difference us", "bytes allocated a call");
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
            table.Row(
                length, Table.Number(1000 * ms[0]), Table.Number(1000 * ms[1]), Table.Number(1000 * (ms[0] - ms[1])), Table.Number(bytes));
        }
    }

    // A model that only copies a column is measured beside ours. It shows what ML.NET itself needs, which no model can save.
    private static void FirstPredictions(MLContext mlContext, ITransformer model, DataViewSchema schema, Report report)
    {
        var table = report.Table(
            "From a saved model to the first prediction, in a fresh process, ms",
            "application", "model", "model loaded and first prediction", "the same, since the process began");
        string own = Save(mlContext, model, schema), copy = Save(mlContext, Copy(mlContext, out var copied), copied);
        (string Way, string[] Arguments)[] ways = [("as built", []), ("PublishReadyToRun", ["-p:PublishReadyToRun=true"])];
        foreach (var (way, arguments) in ways)
        {
            if (StartApplication.Publish(way.Replace(' ', '-'), arguments, out string missing) is not { } application)
            {
                table.Row(way, "", $"not measured: {missing}", "");
                continue;
            }
            double[][][] starts = [.. Enumerable.Range(0, Rounds)
                .Select(_ => new[] { application.Start(own, ShortLength), application.Start(copy, ShortLength) })];
            foreach (var (name, which) in new[] { ("a state-space classifier", 0), ("ML.NET's CopyColumns alone", 1) })
                table.Row(
                    way, name, Table.Number(Turns.Median([.. starts.Select(times => times[which][0])])),
                    Table.Number(Turns.Median([.. starts.Select(times => times[which][1])])));
        }
        File.Delete(own);
        File.Delete(copy);
    }

    private static ITransformer Copy(MLContext mlContext, out DataViewSchema schema)
    {
        var rows = mlContext.Data.LoadFromEnumerable<Sequence>([]);
        schema = rows.Schema;
        return mlContext.Transforms.CopyColumns("Score", "Features").Fit(rows);
    }

    private static string Save(MLContext mlContext, ITransformer model, DataViewSchema schema)
    {
        string zip = Path.GetTempFileName();
        mlContext.Model.Save(model, schema, zip);
        return zip;
    }

    // The data are two classes of noise, because only the size of the network matters for the time.
    private static SequenceClassificationTransformer Train(MLContext mlContext, out DataViewSchema schema)
    {
        var rows = mlContext.Data.LoadFromEnumerable(
            Enumerable.Range(0, 20).Select(i => new Labelled { Features = Check.Random(ShortLength, i), Label = i % 2 }));
        var data = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
        schema = data.Schema;
        var options = new SequenceClassificationOptions
        {
            Architecture = Networks.Architecture,
            Training = new() { Epochs = 1, BatchSize = 10, ValidationFraction = 0 },
        };
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
