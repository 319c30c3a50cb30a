using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.AutoML;
using Samples;

namespace AutoMLSweep.Proof;

/// <summary>A data set of the proof: how a sweep over it is set up, and how its outcome is judged on test data.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ScoreName">What is measured on the test data.</param>
/// <param name="LargerIsBetter">Whether that is to be large.</param>
/// <param name="Pipeline">The pipeline of a sweep, given the seed of its trainings.</param>
/// <param name="SetDataset">Gives an experiment the data that trials learn from and are judged on.</param>
/// <param name="Metric">What judges a trial.</param>
/// <param name="TrainData">All of the training data, for the last training.</param>
/// <param name="Score">Judges a model on the test data.</param>
internal sealed record ProofSet(
    string Name,
    string ScoreName,
    bool LargerIsBetter,
    Func<int, SweepablePipeline> Pipeline,
    Action<AutoMLExperiment> SetDataset,
    IEvaluateMetricManager Metric,
    IDataView TrainData,
    Func<ITransformer, double> Score)
{
    private const string Data = "STATESPACE_DATA";
    private const double HeldOut = 0.3;
    private const int Judged =
        512; // samples of the cascaded tanks: half of the record, since a quarter has only a few swings of the levels

    /// <summary>Digits, and those of the other sets that the folder which STATESPACE_DATA names holds.</summary>
    public static IEnumerable<ProofSet> All(MLContext ml)
    {
        var (train, test) = ml.Data.LoadDigits(testFraction: 0.25, seed: 3);
        yield return Classes(ml, "digits", train, test, ByFolds(train, 2));
        string folder = Environment.GetEnvironmentVariable(Data) ?? "";
        foreach (var (name, judge) in new (string, Func<IDataView,
            Action<AutoMLExperiment>>)[] { ("JapaneseVowels", data => ByFolds(data, 5)), ("OSULeaf", data => ByHeldOut(ml, data)) })
        {
            string stem = Path.Combine(folder, name.ToLowerInvariant(), name);
            if (!File.Exists($"{stem}_TRAIN.ts"))
                continue;
            train = ml.Data.LoadClassesFromTsFile($"{stem}_TRAIN.ts");
            yield return Classes(ml, name, train, ml.Data.LoadClassesFromTsFile($"{stem}_TEST.ts"), judge(train));
        }
        string tanks = Path.Combine(folder, "cascadedtanks", "dataBenchmark.csv");
        if (File.Exists(tanks))
            yield return Tanks(ml, tanks);
    }

    // With folds, every sequence is once among those that judge. Two folds together cost as much as one training on all of the data. But
    // a network that is good with half of a few hundred sequences need not be good with all of them, so JapaneseVowels, whose 270
    // sequences are quickly trained on, gets five folds.
    private static Action<AutoMLExperiment> ByFolds(IDataView train, int folds) => experiment => experiment.SetDataset(train, folds);

    // The 200 sequences of OSULeaf are long, and would take too much time in five folds.
    private static Action<AutoMLExperiment> ByHeldOut(MLContext ml, IDataView train)
        => experiment => experiment.SetDataset(ml.Data.TrainTestSplit(train, HeldOut, seed: 1));

    private static ProofSet Classes(MLContext ml, string name, IDataView train, IDataView test, Action<AutoMLExperiment> setDataset) => new(
        name, "accuracy", true,
        seed => ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Auto().SequenceClassification(new SequenceClassificationOptions { Training = new() { Seed = seed } }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel")),
        setDataset, new CalibratedLogLossMetricManager(), train,
        model => ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy);

    // There is one record to learn from, and one for the test. A trial learns from the beginning of the first record, simulates that
    // record from its start, and is judged by the end of it.
    private static ProofSet Tanks(MLContext ml, string path)
    {
        float[][] columns = [.. File.ReadLines(path).Skip(1).Take(1024)
            .Select(line => line.Split(',').Take(4).Select(v => float.Parse(v, CultureInfo.InvariantCulture)).ToArray())];
        IDataView Record(int input, int count)
        {
            var tank = new Tank
            {
                Input = [.. columns.Take(count).Select(c => c[input])],
                Target = [.. columns.Take(count).Select(c => c[input + 2])],
            };
            return ml.Data.LoadFromEnumerable([tank]);
        }
        int learnt = columns.Length - Judged;
        var (beginning, whole, test) = (Record(0, learnt), Record(0, columns.Length), Record(1, columns.Length));
        return new(
            "cascaded tanks", "RMSE, V", false,
            seed => ml.Auto().SequenceToSequence(new SequenceToSequenceOptions { Training = new() { Seed = seed } })
                .Append(ml.Transforms.CopyColumns("Simulated", "Output")),
            experiment => experiment.SetDataset(beginning, whole),
            new SequenceToSequenceMetricManager(SequenceToSequenceMetric.RootMeanSquaredError, skip: learnt), whole,
            model => ml.Transforms.StateSpace.EvaluateSequenceToSequence(model.Transform(test)).RootMeanSquaredError);
    }

    /// <summary>A record of the process.</summary>
    private sealed class Tank
    {
        public float[] Input { get; set; } = [];

        public float[] Target { get; set; } = [];
    }
}
