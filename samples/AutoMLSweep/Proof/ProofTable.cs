using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.StateSpace.AutoML;
using static System.FormattableString;

namespace AutoMLSweep.Proof;

/// <summary>
/// What a sweep is worth: on each set the plain default against the outcome of a sweep, both trained on all of the training data and judged on the test data; and successive
/// halving against a sweep of the same length in which every trial is trained to its end. Prints the table of BENCHMARKS.md.
/// </summary>
internal static class ProofTable
{
    public static int Print(int seconds, int[] seeds)
    {
        Console.WriteLine(Invariant($"{Environment.ProcessorCount} cores, {seconds} s a sweep"));
        Console.WriteLine(
            "| data | seed | default | sweep | configurations, trained to the end | halving's best score | best of the full sweep, configurations "
            + "| halving was there after, s |\n|---|---|---|---|---|---|---|---|");
        int worse = 0;
        foreach (int seed in seeds)
        {
            var ml = new MLContext(seed);
            foreach (var set in ProofSet.All(ml, seed))
                worse += Row(ml, set, seed, (uint)seconds) ? 0 : 1;
        }
        return worse;
    }

    /// <summary>Whether the sweep beat the default.</summary>
    private static bool Row(MLContext ml, ProofSet set, int seed, uint seconds)
    {
        var space = set.Pipeline.SearchSpace;
        double plain = set.Score(set.Pipeline.BuildFromOption(ml, space.SampleFromFeatureSpace(space.Default)).Fit(set.TrainData));
        var halving = Sweep(ml, set, seed, seconds, rungs: 3);
        var full = Sweep(ml, set, seed, seconds, rungs: 1);
        double swept = set.Score(set.Pipeline.BuildFromOption(ml, halving.Best.TrialSettings.Parameter["_pipeline_"]).Fit(set.TrainData));
        // Loss, not the metric: the smaller the better in any case.
        var reached = halving.Journal.Trials.FirstOrDefault(t => t.Succeeded && t.Loss <= full.Best.Loss);
        string[] cells =
        [
            $"{set.Name}, {set.ScoreName}", $"{seed}", Invariant($"{plain:F4}"), Invariant($"{swept:F4}"),
            $"{Configurations(halving.Journal)}, {halving.Journal.Trials.Count(t => t.Rung == 2)}", Invariant($"{halving.Best.Metric:F4}"),
            Invariant($"{full.Best.Metric:F4}, {Configurations(full.Journal)}"), reached is null ? "not reached" : Invariant($"{reached.EndedAt:F0}"),
        ];
        Console.WriteLine($"| {string.Join(" | ", cells)} |");
        return set.LargerIsBetter ? swept > plain : swept < plain;
    }

    private static int Configurations(SweepJournal journal) => journal.Trials.Select(t => t.Configuration).Distinct().Count();

    private static (TrialResult Best, SweepJournal Journal) Sweep(MLContext ml, ProofSet set, int seed, uint seconds, int rungs)
    {
        string folder = Directory.CreateTempSubdirectory("proof-").FullName;
        var experiment = ml.Auto().CreateExperiment().SetPipeline(set.Pipeline).SetTrainingTimeInSeconds(seconds);
        var metric = set.Prepare(experiment, seed);
        var watch = Stopwatch.StartNew();
        var best = experiment.SetSequenceHalving(new() { Folder = folder, Rungs = rungs, Seed = seed, Metric = metric }).Run();
        Console.Error.WriteLine(Invariant($"{set.Name}, seed {seed}, {rungs} rungs: {best.Metric:F4} in {watch.Elapsed.TotalSeconds:F0} s"));
        var journal = SweepJournal.Read(folder);
        Directory.Delete(folder, recursive: true);
        return (best, journal);
    }
}
