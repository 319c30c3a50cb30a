using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.StateSpace.AutoML;
using static System.FormattableString;

namespace AutoMLSweep.Proof;

/// <summary>
/// What a sweep is worth: on each set the plain default against the outcome of a sweep, both trained on all of the training data with several seeds and judged on the test
/// data; and successive halving against a sweep of the same length in which every trial is trained to its end. Prints the tables of BENCHMARKS.md.
/// </summary>
internal static class ProofTable
{
    private const int Rungs = 3;
    private const int Trainings = 5; // one alone says more about its seed than about the network
    private const int LeastSeconds = 5; // to load the best model of a sweep whose time is over

    /// <summary>Prints the tables; returns on how many sets a sweep was no better than the default.</summary>
    public static int Print(SweepArguments arguments, int seconds)
    {
        Console.WriteLine(Invariant($"{Environment.ProcessorCount} cores, {seconds} s a sweep, {Trainings} trainings a mean\n"));
        Console.WriteLine("| data | seed | default | sweep | configurations, trained to the end |\n|---|---|---|---|---|");
        int worse = Rows(arguments).Count(row => !IsBetter(row.Context, row.Set, row.Seed, rungs => Sweep(row.Context, row.Set, row.Seed, seconds, rungs, arguments.Folder)));
        Console.WriteLine("\n| data | seed | halving's best score | best of the full sweep, configurations | halving was there after, s | the full sweep itself, s |\n|---|---|---|---|---|---|");
        foreach (var (context, set, seed) in Rows(arguments))
            Compare(set, seed, rungs => Sweep(context, set, seed, seconds, rungs, arguments.Folder).Journal);
        return worse;
    }

    private static IEnumerable<(MLContext Context, ProofSet Set, int Seed)> Rows(SweepArguments arguments)
    {
        foreach (int seed in arguments.Seeds)
        {
            var context = new MLContext(seed);
            foreach (var set in ProofSet.All(context).Where(s => arguments.Sets?.Contains(s.Name, StringComparer.OrdinalIgnoreCase) ?? true))
                yield return (context, set, seed);
        }
    }

    private static bool IsBetter(MLContext context, ProofSet set, int seed, Func<int, (TrialResult Best, SweepJournal Journal)> sweep)
    {
        var space = set.Pipeline(seed).SearchSpace;
        double[] plain = Scores(context, set, seed, space.SampleFromFeatureSpace(space.Default));
        var (best, journal) = sweep(Rungs);
        double[] swept = Scores(context, set, seed, best.TrialSettings.Parameter["_pipeline_"]);
        Console.WriteLine(
            Invariant($"| {set.Name}, {set.ScoreName} | {seed} | {Text(plain)} | {Text(swept)} | {Configurations(journal)}, {journal.Trials.Count(t => t.Rung == Rungs - 1)} |"));
        return set.LargerIsBetter ? swept.Average() > plain.Average() : swept.Average() < plain.Average();
    }

    private static void Compare(ProofSet set, int seed, Func<int, SweepJournal> sweep)
    {
        var (halving, full) = (sweep(Rungs), sweep(1));
        // Loss, not the metric: the smaller the better in any case.
        var reached = halving.Leaders.FirstOrDefault(t => t.Rung == halving.Header!.LastRung && t.Loss <= full.Best!.Loss);
        string when = reached is null ? "not reached" : Invariant($"{reached.EndedAt:F0}");
        Console.WriteLine(Invariant($"| {set.Name} | {seed} | {halving.Best!.Metric:F4} | {full.Best!.Metric:F4}, {Configurations(full)} | {when} | {full.Best!.EndedAt:F0} |"));
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
