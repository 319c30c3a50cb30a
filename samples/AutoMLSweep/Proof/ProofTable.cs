using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.StateSpace.AutoML;
using static System.FormattableString;

namespace AutoMLSweep.Proof;

/// <summary>
/// What a sweep is worth: on each set the plain default against the outcome of a sweep, both trained on all of the training data with several seeds and judged on the test
/// data; and successive halving against a sweep of the same length in which every trial is trained to its end. Prints the table of BENCHMARKS.md.
/// </summary>
internal static class ProofTable
{
    private const int Trainings = 5; // one alone says more about its seed than about the network
    private const int LeastSeconds = 5; // to load the best model of a sweep whose time is over

    /// <summary>Prints the table; returns on how many sets a sweep was no better than the default.</summary>
    public static int Print(SweepArguments arguments, int seconds)
    {
        Console.WriteLine(Invariant($"{Environment.ProcessorCount} cores, {seconds} s a sweep, {Trainings} trainings a mean"));
        Console.WriteLine(
            "| data | seed | default | sweep | configurations, trained to the end | halving's best score | best of the full sweep, configurations "
            + "| halving was there after, s |\n|---|---|---|---|---|---|---|---|");
        int worse = 0;
        foreach (int seed in arguments.Seeds)
        {
            var ml = new MLContext(seed);
            foreach (var set in ProofSet.All(ml).Where(s => arguments.Sets?.Contains(s.Name, StringComparer.OrdinalIgnoreCase) ?? true))
                worse += Row(ml, set, seed, rungs => Sweep(ml, set, seed, seconds, rungs, arguments.Folder)) ? 0 : 1;
        }
        return worse;
    }

    /// <summary>Whether the sweep beat the default.</summary>
    private static bool Row(MLContext ml, ProofSet set, int seed, Func<int, (TrialResult Best, SweepJournal Journal)> sweep)
    {
        var space = set.Pipeline(seed).SearchSpace;
        double[] plain = Scores(ml, set, seed, space.SampleFromFeatureSpace(space.Default));
        var halving = sweep(3);
        double[] swept = Scores(ml, set, seed, halving.Best.TrialSettings.Parameter["_pipeline_"]);
        var full = sweep(1);
        // Loss, not the metric: the smaller the better in any case.
        var reached = halving.Journal.Trials.FirstOrDefault(t => t.Succeeded && t.Loss <= full.Best.Loss);
        string[] cells =
        [
            $"{set.Name}, {set.ScoreName}", $"{seed}", Text(plain), Text(swept),
            $"{Configurations(halving.Journal)}, {halving.Journal.Trials.Count(t => t.Rung == 2)}", Invariant($"{halving.Best.Metric:F4}"),
            Invariant($"{full.Best.Metric:F4}, {Configurations(full.Journal)}"), reached is null ? "not reached" : Invariant($"{reached.EndedAt:F0}"),
        ];
        Console.WriteLine($"| {string.Join(" | ", cells)} |");
        return set.LargerIsBetter ? swept.Average() > plain.Average() : swept.Average() < plain.Average();
    }

    private static string Text(double[] scores) => Invariant($"{scores.Average():F4} ({scores.Min():F3} to {scores.Max():F3})");

    private static double[] Scores(MLContext ml, ProofSet set, int seed, Parameter parameter)
        => [.. Enumerable.Range(0, Trainings).Select(i => set.Score(set.Pipeline(seed * 100 + i).BuildFromOption(ml, parameter).Fit(set.TrainData)))];

    private static int Configurations(SweepJournal journal) => journal.Trials.Select(t => t.Configuration).Distinct().Count();

    // Kept in a folder of its own, where a proof that was interrupted goes on, for the time that is left.
    private static (TrialResult Best, SweepJournal Journal) Sweep(MLContext ml, ProofSet set, int seed, int seconds, int rungs, string root)
    {
        string folder = Path.Combine(root, Invariant($"{set.Name}-{seed}-{rungs}"));
        double spent = SweepJournal.Read(folder).Trials.LastOrDefault()?.EndedAt ?? 0;
        var experiment = ml.Auto().CreateExperiment().SetPipeline(set.Pipeline(seed)).SetTrainingTimeInSeconds((uint)Math.Max(LeastSeconds, seconds - spent));
        set.SetDataset(experiment);
        var best = experiment.SetSequenceHalving(new() { Folder = folder, Rungs = rungs, Seed = seed, Metric = set.Metric }).Run();
        var active = SweepParameters.ActiveOf(best.TrialSettings.Parameter).Select(p => $"{p.Key} {p.Value}");
        Console.Error.WriteLine(Invariant($"{set.Name}, seed {seed}, {rungs} rungs: {best.Metric:F4} with {string.Join(", ", active)}"));
        return (best, SweepJournal.Read(folder));
    }
}
