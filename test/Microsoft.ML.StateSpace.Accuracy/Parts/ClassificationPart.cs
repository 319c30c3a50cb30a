using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Accuracy.Classification;
using Microsoft.ML.StateSpace.Accuracy.Report;
using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Parts;

/// <summary>A class for each sequence: the accuracy on the test rows.</summary>
/// <param name="name">The name on the command line.</param>
/// <param name="heading">The heading of the table.</param>
/// <param name="sets">The data sets.</param>
/// <param name="published">What others have published, by set.</param>
/// <param name="mostSeeds">The largest number of seeds that a set is worth.</param>
internal sealed class ClassificationPart(
    string name, string heading, IReadOnlyList<LabelledSet> sets, PublishedAccuracies published, int mostSeeds = int.MaxValue)
    : Part(name, heading, [.. sets.Select(set => set.Name)])
{
    public override IReadOnlyList<Measurement> Measurements(string set, int seeds)
    {
        var found = sets.Single(candidate => candidate.Name == set);
        string data = Fingerprint.OfFiles(found.Files);
        return [.. Enumerable.Range(1, Math.Min(seeds, mostSeeds)).Select(seed
            => new Measurement(new RunKey(Heading, set, Ours.Method, seed, Ours.Code, data), key => Make(key, found)))];
    }

    public override string Table(IReadOnlyList<string> sets, IReadOnlyList<Run> runs) => AccuracyTable.Of(sets, runs, published);

    private static Run Make(RunKey key, LabelledSet set)
    {
        var mlContext = new MLContext(key.Seed);
        var (train, test) = set.Load(mlContext, key.Seed);
        return Ours.Measure(
            key, () => Ours.Classifier(mlContext).Fit(train), model => [new Score("test", Accuracy(model.Transform(test)))]);
    }

    /// <summary>
    /// The share of all rows. A class that no training row has is the key 0, which no answer is, and so counts as missed.
    /// </summary>
    public static double Accuracy(IDataView scored)
        => scored.GetColumn<uint>("PredictedLabel").Zip(scored.GetColumn<uint>("Label"), (answer, label) => answer == label)
            .Average(right => right ? 1.0 : 0);
}
