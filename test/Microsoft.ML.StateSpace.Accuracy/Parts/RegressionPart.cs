using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Accuracy.Identification;
using Microsoft.ML.StateSpace.Accuracy.Regression;
using Microsoft.ML.StateSpace.Accuracy.Report;
using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Parts;

/// <summary>
/// A value for each sequence: the error on the test rows. Ridge regression of the same windows, and their mean, stand beside.
/// </summary>
internal sealed class RegressionPart(IReadOnlyList<ValuedSet> sets)
    : Part("regression", "Values of sequences", [.. sets.Select(set => set.Name)])
{
    private static readonly string OwnCode = Fingerprint.OfCode(typeof(RidgeOverWindows).Assembly);

    public override IReadOnlyList<Measurement> Measurements(string set, int seeds)
    {
        var found = sets.Single(candidate => candidate.Name == set);
        string data = Fingerprint.OfFiles(found.Files);
        return
        [
            new(new RunKey(Heading, set, ErrorTable.Ridge, Seed: 0, OwnCode, data), key => MakeRidge(key, found)),
            new(new RunKey(Heading, set, ErrorTable.Mean, Seed: 0, OwnCode, data), key => MakeMean(key, found)),
            .. Enumerable.Range(1, seeds).Select(seed => new Measurement(
                new RunKey(Heading, set, Ours.Method, seed, Ours.Code + OwnCode, data), key => Make(key, found))),
        ];
    }

    public override string Table(IReadOnlyList<string> names, IReadOnlyList<Run> runs)
        => ErrorTable.Of(names, runs, sets.ToDictionary(set => set.Name, set => set.Published));

    private static Run Make(RunKey key, ValuedSet set)
    {
        var (train, test) = set.Load();
        var mlContext = new MLContext(key.Seed);
        var rows = Window.View(mlContext, train, set.Channels);
        return Ours.Measure(key, () => Ours.Regressor(mlContext).Fit(rows), model =>
        {
            var scored = model.Transform(Window.View(mlContext, test, set.Channels));
            return Judge(test, [.. scored.GetColumn<float>("Score").Select(score => (double)score)]);
        });
    }

    private static Run MakeRidge(RunKey key, ValuedSet set)
    {
        var (train, test) = set.Load();
        return Ours.Measure(key, () => RidgeOverWindows.Train(train, set.Channels), model => Judge(
            test, [.. test.Select(model.Predict)], FormattableString.Invariant($"penalty {model.Penalty}")));
    }

    private static Run MakeMean(RunKey key, ValuedSet set)
    {
        var (train, test) = set.Load();
        return Ours.Measure(
            key, () => train.Average(window => window.Label), mean => Judge(test, [.. Enumerable.Repeat((double)mean, test.Length)]));
    }

    private static Score[] Judge(Window[] test, double[] answers, string? choice = null)
    {
        var fit = Fit.Of([.. test.Select(window => (double)window.Label)], answers);
        return [new Score("test", fit.Percent, fit.RootMeanSquaredError, choice)];
    }
}
