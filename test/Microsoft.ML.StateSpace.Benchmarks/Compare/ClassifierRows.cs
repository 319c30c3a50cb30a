using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// Times the classifier of handwritten digits, each a sequence of 784 steps, through the ML.NET pipeline. Training is timed from the
/// data files to the model, scoring from the data files to the scores.
/// </summary>
internal static class ClassifierRows
{
    private const int Batch = 50, Count = 1000, Few = 2 * Batch, Rounds = 3;
    private const double Rate = 4e-3;

    public static void Run(Machine machine, bool hasPeer, Report report)
    {
        if (Mnist.Folder is null)
        {
            report.Say("\nThe classifier was not measured: STATESPACE_DATA names no folder that holds mnist.");
            return;
        }
        var table = report.Table(
            $"The classifier, 4 layers, H = N = 64, MNIST as 784 steps, batch {Batch}, {Count} sequences from the files on",
            "pass", "ours samples/s", "peer samples/s", "peer's form", "ratio", "of floor");
        string file = Path.GetTempFileName(), scores = Path.GetTempFileName();
        using var peer = hasPeer ? PyTorch.Start() : null;
        var model = Initial();
        TensorFile.Write(file, TensorFile.Of(model.Parameters));
        object Request(string variant, int count)
            => new { file, variant, data = Mnist.Folder, count, batch = Batch, rate = Rate, @out = scores };
        string form = "";
        if (peer is not null)
        {
            string[] variants = ["seqf", "sqf", "oef", "sq"];
            foreach (string variant in variants)
            {
                peer.Ask("score", Request(variant, Batch));
                Check(model, TensorFile.Read(scores)["scores"]);
            }
            form = variants.MinBy(variant => Enumerable.Range(0, 2).Min(_ => peer.Milliseconds("fit", Request(variant, Few))))!;
        }
        double PeerTime(string command) => peer?.Milliseconds(command, Request(form, Count)) ?? double.NaN;

        var fitted = Fit(Few);
        Add("train", Turns.Medians(Rounds, () => Turns.Milliseconds(() => fitted = Fit(Count)), () => PeerTime("fit")), train: true);
        Add("forward", Turns.Medians(Rounds, () => Turns.Milliseconds(() => Score(fitted, Count)), () => PeerTime("score")), train: false);
        File.Delete(file);
        File.Delete(scores);

        void Add(string pass, double[] medians, bool train) => table.Row(
            pass, Table.Number(1000 * Count / medians[0]), Table.Number(1000 * Count / medians[1]), form,
            Table.Number(medians[1] / medians[0]), Table.Percent(
                machine.Floor(Networks.Least((double)Count * Mnist.Steps, train)) / medians[0]));
    }

    /// <summary>One epoch through the pipeline, from the files on.</summary>
    public static ITransformer Fit(int count)
    {
        var mlContext = new MLContext(seed: 1);
        var options = new SequenceClassificationOptions
        {
            Architecture = Networks.Architecture,
            Training = new() { Epochs = 1, BatchSize = Batch, LearningRate = Rate, ValidationFraction = 0, LabelSmoothing = 0 },
        };
        return mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.StateSpace(options)).Fit(Rows(mlContext, count));
    }

    private static IDataView Rows(MLContext mlContext, int count) => mlContext.Data.LoadFromEnumerable(Mnist.Read(count));

    private static void Score(ITransformer model, int count)
    {
        var mlContext = new MLContext(seed: 1);
        var scored = model.Transform(Rows(mlContext, count));
        var column = scored.Schema["Score"];
        using var cursor = scored.GetRowCursor([column]);
        var getter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> score = default;
        while (cursor.MoveNext())
            getter(ref score);
    }

    private static TrainedModel Initial()
    {
        var parameters = new SequenceNetwork(Networks.Classifier).Layout.Create(new Random(1));
        var summary = new TrainingSummary
        {
            Options = new(),
            Epochs = 0,
            BestEpoch = 0,
            Stop = TrainingStop.Completed,
            Duration = default,
            ParameterCount = 0,
        };
        return new TrainedModel(Networks.Classifier, parameters, summary);
    }

    // Checks our scores of the first digits against the peer's. Both networks have the same parameters.
    private static void Check(TrainedModel model, float[] expected)
    {
        var predictor = new SequencePredictor(model);
        var scores = new float[expected.Length];
        var digits = Mnist.Read(Batch);
        for (int i = 0; i < digits.Count; i++)
            predictor.Predict(digits[i].Features, scores.AsSpan(10 * i, 10));
        LayerCheck.Close(expected, scores, "the peer", "classifier");
    }
}
