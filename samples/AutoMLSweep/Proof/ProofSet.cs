using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.AutoML;
using Samples;

namespace AutoMLSweep.Proof;

/// <summary>A data set of the proof: how a sweep over it is set up, the same pipeline with the defaults alone, and how the outcome is judged on test data.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ScoreName">What is measured on the test data.</param>
/// <param name="LargerIsBetter">Whether that is to be large.</param>
/// <param name="Pipeline">The pipeline of a sweep.</param>
/// <param name="Prepare">Gives an experiment the data and the metric of the sweep; returns the metric for the halving where AutoML has none.</param>
/// <param name="TrainData">All of the training data, for the last training.</param>
/// <param name="Score">Judges a model.</param>
internal sealed record ProofSet(
    string Name, string ScoreName, bool LargerIsBetter, SweepablePipeline Pipeline, Func<AutoMLExperiment, int, IEvaluateMetricManager?> Prepare, IDataView TrainData,
    Func<ITransformer, double> Score)
{
    private const string Data = "STATESPACE_DATA";
    private const int Folds = 4;
    private const int Window = 256, Stride = 32, Judged = 256; // samples of the cascaded tanks

    /// <summary>Digits, and those of the other sets that the folder which STATESPACE_DATA names holds.</summary>
    public static IEnumerable<ProofSet> All(MLContext ml, int seed)
    {
        var (train, test) = ml.Data.LoadDigits(testFraction: 0.25, seed: 3);
        yield return Classes(ml, "digits", train, test, folds: null, seed);
        string folder = Environment.GetEnvironmentVariable(Data) ?? "";
        foreach (string name in (string[])["JapaneseVowels", "OSULeaf"])
        {
            string stem = Path.Combine(folder, name.ToLowerInvariant(), name);
            if (File.Exists($"{stem}_TRAIN.ts"))
                yield return Classes(ml, name, ml.Data.LoadClassesFromTsFile($"{stem}_TRAIN.ts"), ml.Data.LoadClassesFromTsFile($"{stem}_TEST.ts"), Folds, seed);
        }
        string tanks = Path.Combine(folder, "cascadedtanks", "dataBenchmark.csv");
        if (File.Exists(tanks))
            yield return Tanks(ml, tanks, seed);
    }

    // Small sets are judged by folds: a quarter of 200 sequences tells one network from another by chance.
    private static ProofSet Classes(MLContext ml, string name, IDataView train, IDataView test, int? folds, int trainingSeed)
    {
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Auto().SequenceClassification(new SequenceClassificationOptions { Training = new() { Seed = trainingSeed } }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"));
        return new(name, "accuracy", true, pipeline, Prepare, train, model => ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy);

        IEvaluateMetricManager? Prepare(AutoMLExperiment experiment, int seed)
        {
            if (folds is int count)
                experiment.SetDataset(train, count);
            else
                experiment.SetDataset(ml.Data.TrainTestSplit(train, 0.25, seed: seed));
            experiment.SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss, labelColumn: "Label");
            return null;
        }
    }

    // One record to learn from, in windows, and one to be simulated as a whole. Trials learn from its beginning, and are judged at its end, which they simulate from the start.
    private static ProofSet Tanks(MLContext ml, string path, int trainingSeed)
    {
        float[][] columns = [.. File.ReadLines(path).Skip(1).Take(1024)
            .Select(line => line.Split(',').Take(4).Select(v => float.Parse(v, CultureInfo.InvariantCulture)).ToArray())];
        float[] Column(int index, int from, int count) => [.. columns.Skip(from).Take(count).Select(c => c[index])];
        Tank Record(int input, int from, int count) => new() { Input = Column(input, from, count), Target = Column(input + 2, from, count) };
        IDataView Windows(int samples) => ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, (samples - Window) / Stride + 1).Select(i => Record(0, i * Stride, Window)).ToArray());
        var test = ml.Data.LoadFromEnumerable([Record(1, 0, columns.Length)]);
        int learnt = columns.Length - Judged;
        var (beginning, whole) = (Windows(learnt), ml.Data.LoadFromEnumerable([Record(0, 0, columns.Length)]));
        var pipeline = ml.Auto().SequenceToSequence(new SequenceToSequenceOptions { Training = new() { Seed = trainingSeed } })
            .Append(ml.Transforms.CopyColumns("Simulated", "Output"));
        return new(
            "cascaded tanks", "RMSE, V", false, pipeline, Prepare, Windows(columns.Length),
            model => ml.Transforms.StateSpace.EvaluateSequenceToSequence(model.Transform(test)).RootMeanSquaredError);

        IEvaluateMetricManager? Prepare(AutoMLExperiment experiment, int seed)
        {
            experiment.SetDataset(beginning, whole);
            return new SequenceToSequenceMetricManager(SequenceToSequenceMetric.RootMeanSquaredError, skip: learnt);
        }
    }

    /// <summary>A record of the process.</summary>
    private sealed class Tank
    {
        public float[] Input { get; set; } = [];

        public float[] Target { get; set; } = [];
    }
}
