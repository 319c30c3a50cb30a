using Microsoft.ML.StateSpace.Accuracy.Methods;
using Microsoft.ML.StateSpace.Accuracy.Report;
using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Parts;

/// <summary>The training methods beside one another: the same networks, the same seeds, the same data, the same passes.</summary>
internal sealed class MethodsPart()
    : Part("methods", "Training methods", [.. Trainee.All.Select(trainee => trainee.Name)])
{
    public override IReadOnlyList<Measurement> Measurements(string set, int seeds)
    {
        var trainee = Trainee.All.Single(candidate => candidate.Name == set);
        string data = trainee.File is null ? "drawn" : Fingerprint.OfFiles(trainee.File);
        int[] worth = [.. Enumerable.Range(1, Math.Min(seeds, trainee.MostSeeds))];
        return
        [
            .. Way.All.Where(way => trainee.Ways.Contains(way.Name)).SelectMany(way => worth.Select(seed => new Measurement(
                new RunKey(Heading, set, way.Name, seed, Ours.Code, data), key => Make(key, trainee, way)))),
        ];
    }

    public override string Table(IReadOnlyList<string> sets, IReadOnlyList<Run> runs) => MethodTable.Of(sets, runs);

    private static Run Make(RunKey key, Trainee trainee, Way way)
    {
        var spending = new Spending(way, trainee.Learner(key.Seed));
        return Ours.Measure(
            key,
            () => MethodTable.Passes.Where(passes => passes <= trainee.MostPasses).OrderDescending()
                .Select(passes => (Passes: passes, Made: spending.Within(passes))).Where(made => made.Made is not null).ToList(),
            made =>
            [
                .. made.SelectMany(at => (Score[])
                [
                    new(MethodTable.Objective(at.Passes), at.Made!.Course.Last),
                    new(MethodTable.Fit(at.Passes), at.Made.Model.Judge()),
                ]),
                .. made.Take(1).SelectMany(most => MethodTable.Seconds
                    .Select(seconds => new Score(MethodTable.Objective(seconds), most.Made!.Course.After(seconds)))
                    .Where(score => double.IsFinite(score.Value))
                    .Append(new(MethodTable.Time, most.Made!.Course.Seconds))
                    .Append(new(MethodTable.Count, most.Made.Course.Count, Choice: $"{most.Made.Model.Summary.Stop}"))),
            ]);
    }
}
