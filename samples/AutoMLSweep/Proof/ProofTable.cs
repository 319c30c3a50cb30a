using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.StateSpace.AutoML;
using static System.FormattableString;

namespace AutoMLSweep.Proof;

/// <summary>
/// Measures what a sweep is worth, and prints the tables of BENCHMARKS.md. The first table compares, on each data set, the defaults with
/// the outcome of a sweep. Both are trained on all of the training data with several seeds, and judged on the test data. The second
/// table compares successive halving with a sweep that has three times as long and trains every trial to its end. There no network is
/// trained twice, so a network that both sweeps train to its end has the same score in both, and halving alone makes the difference.
/// </summary>
internal static class ProofTable
{
    private const int Trainings = 5; // a single training says more about its seed than about the network
    private const int Speedup = 3; // the full sweep gets so many times the time of halving
    private const int LeastSeconds = 5; // enough to load the best model of a sweep whose time is over

    /// <summary>Prints the tables; returns on how many sets a sweep was no better than the default.</summary>
    public static int Print(SweepArguments arguments, int seconds)
    {
        string[] names = [.. ProofSet.All(new MLContext(seed: 1)).Select(set => set.Name)];
        if (arguments.Sets?.Except(names, StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } unknown)
        {
            Console.Error.WriteLine($"--sets {unknown}: there is none of that name here. There are {string.Join(", ", names)}.");
            return 2;
        }
        Console.WriteLine(Invariant($"{Environment.ProcessorCount} cores, {seconds} s a sweep, {Trainings} trainings a mean\n"));
        Console.WriteLine("| data | seed | default | sweep | configurations, trained to the end |\n|---|---|---|---|---|");
        int worse = Rows(arguments).Count(row => !IsBetter(
            row.Context, row.Set, row.Seed, () => Sweep(row.Context, row.Set, row.Seed, seconds, new(), arguments.Folder)));
        Console.WriteLine(Invariant($"\n| data | seed | full sweep, {seconds} s: best score, configurations | found after, s |")
            + Invariant($" halving, {seconds / Speedup} s: best score, configurations | as good as the full sweep's after, s |\n")
            + "|---|---|---|---|---|---|");
        foreach (var (context, set, seed) in Rows(arguments))
        {
            Compare(
                set, seed, Sweep(context, set, seed, seconds, new() { Rungs = 1, Repeats = 0 }, arguments.Folder).Journal,
                Sweep(context, set, seed, seconds / Speedup, new() { Repeats = 0 }, arguments.Folder).Journal);
        }
        return worse;
    }

    private static IEnumerable<(MLContext Context, ProofSet Set, int Seed)> Rows(SweepArguments arguments)
    {
        foreach (int seed in arguments.Seeds)
        {
            var context = new MLContext(seed);
            foreach (var set in ProofSet.All(context)
                .Where(s => arguments.Sets?.Contains(s.Name, StringComparer.OrdinalIgnoreCase) ?? true))
                yield return (context, set, seed);
        }
    }

    private static bool IsBetter(MLContext context, ProofSet set, int seed, Func<(TrialResult Best, SweepJournal Journal)> sweep)
    {
        var space = set.Pipeline(seed).SearchSpace;
        double[] plain = Scores(context, set, seed, space.SampleFromFeatureSpace(space.Default));
        var (best, journal) = sweep();
        double[] swept = Scores(context, set, seed, best.TrialSettings.Parameter["_pipeline_"]);
        int toTheEnd = journal.Trials.Count(t => t.Rung == journal.Header!.Rungs - 1);
        Console.WriteLine(
            Invariant($"| {set.Name}, {set.ScoreName} | {seed} | {Text(plain)} | {Text(swept)} | {Configurations(journal)}, {toTheEnd} |"));
        return set.LargerIsBetter ? swept.Average() > plain.Average() : swept.Average() < plain.Average();
    }

    private static void Compare(ProofSet set, int seed, SweepJournal full, SweepJournal halving)
    {
        // The loss is compared, not the metric: a smaller loss is always better, and a smaller metric is not.
        var reached = halving.Leaders.FirstOrDefault(t => t.Rung == halving.Header!.LastRung && t.Loss <= full.Best!.Loss);
        string when = reached is null ? "not reached" : Invariant($"{reached.EndedAt:F0}");
        string Of(SweepJournal sweep) => Invariant($"{sweep.Best!.Metric:F4}, {Configurations(sweep)}");
        Console.WriteLine(Invariant($"| {set.Name} | {seed} | {Of(full)} | {full.Best!.EndedAt:F0} | {Of(halving)} | {when} |"));
    }

    private static string Text(double[] scores) => Invariant($"{scores.Average():F4} ({scores.Min():F3} to {scores.Max():F3})");

    private static double[] Scores(MLContext ml, ProofSet set, int seed, Parameter parameter)
        => [.. Enumerable.Range(0, Trainings).Select(
            i => set.Score(set.Pipeline(seed * 100 + i).BuildFromOption(ml, parameter).Fit(set.TrainData)))];

    private static int Configurations(SweepJournal journal) => journal.Trials.Select(t => t.Configuration).Distinct().Count();

    // Each sweep keeps its journal in a folder of its own. A proof that was interrupted goes on there, for the time that is left.
    private static (TrialResult Best, SweepJournal Journal) Sweep(
        MLContext ml, ProofSet set, int seed, int seconds, SequenceHalvingOptions halving, string root)
    {
        string folder = Path.Combine(root, Invariant($"{set.Name}-{seed}-{halving.Rungs}-{halving.Repeats}"));
        double spent = SweepJournal.Read(folder).Trials.LastOrDefault()?.EndedAt ?? 0;
        var experiment = ml.Auto().CreateExperiment().SetPipeline(set.Pipeline(seed))
            .SetTrainingTimeInSeconds((uint)Math.Max(LeastSeconds, seconds - spent));
        set.SetDataset(experiment);
        var best = experiment.SetSequenceHalving(halving with { Folder = folder, Seed = seed, Metric = set.Metric }).Run();
        var active = SweepParameters.ActiveOf(best.TrialSettings.Parameter).Select(p => $"{p.Key} {p.Value}");
        Console.Error.WriteLine(
            Invariant($"{set.Name}, seed {seed}, {halving.Rungs} rungs, {halving.Repeats} repeats: {best.Metric:F4} with ")
            + string.Join(", ", active));
        return (best, SweepJournal.Read(folder));
    }
}
