using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Report;

/// <summary>The tables of training methods: a row for each method on each set, and how often one was ahead of another.</summary>
internal static class MethodTable
{
    /// <summary>The processor's seconds and the iterations of the training with the most passes.</summary>
    public const string Time = "seconds", Count = "iterations";

    private const double Found = 99.9; // percent
    private const int Compared = 600; // passes, or the most where there are fewer

    private static readonly (string Name, string Other)[] Pairs =
    [
        ("extended MSA", "gradient descent"), ("proximal MSA", "gradient descent"), ("extended MSA", "AdamW"), ("proximal MSA", "AdamW"),
        ("extended MSA", "L-BFGS"), ("AdamW, then L-BFGS", "AdamW"), ("AdamW, then Levenberg-Marquardt", "AdamW"),
    ];

    /// <summary>Numbers of passes within which is trained.</summary>
    public static IReadOnlyList<int> Passes { get; } = [10, 30, 100, 300, Compared, 6000, 60_000];

    /// <summary>Seconds behind which the objective of the training with the most passes is told.</summary>
    public static IReadOnlyList<double> Seconds { get; } = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];

    /// <summary>The name of the objective behind passes.</summary>
    public static string Objective(int passes) => $"J {passes}";

    /// <summary>The name of the objective behind seconds.</summary>
    public static string Objective(double seconds) => $"J {Markdown.Digits(seconds)} s";

    /// <summary>The name of the FIT, or of the accuracy, behind passes.</summary>
    public static string Fit(int passes) => $"FIT {passes}";

    public static string Of(IReadOnlyList<string> sets, IReadOnlyList<Run> runs)
    {
        var groups = sets.SelectMany(set => runs.Where(run => run.Key.Set == set && run.Scores.Count > 0)
            .GroupBy(run => run.Key.Method)).ToList();
        if (groups.Count == 0)
            return "No method has been measured yet.\n";
        return Markdown.Table(
            [
                "set", "method", "seeds", .. Passes.Select(n => $"{n} passes"), "lowest, highest", "found", "iterations", "ended",
            ],
            groups.Select(ByPasses))
            + "\nMedians over the seeds: the objective J, and FIT (accuracy for small-digits) in % of data that were not learnt from, of a "
            + "training that was given so many passes; then, with the most passes, the least and the greatest FIT; in how many seeds it is "
            + $"at least {Found} % with {Compared} passes, and with the most; and iterations and end of the training with the most.\n\n"
            + Markdown.Table(["set", "method", .. Seconds.Select(s => $"{Markdown.Digits(s)} s"), "seconds"], groups.Select(BySeconds))
            + "\nMedians of J in the training with the most passes, behind so many seconds of a processor (one thread, what comes before "
            + "the first iteration included), and the seconds of all of it; where it was over sooner, the J that it ended with.\n\n"
            + Markdown.Table(
                [$"at {Compared} passes", .. sets],
                Pairs.Select(pair => (string[])[$"{pair.Name}, against {pair.Other}", .. sets.Select(set => Ahead(set, pair, runs))]))
            + "\nIn how many seeds the objective is at or below the other's / FIT or accuracy at or above it (small-digits at 100 "
            + "passes).\n";
    }

    private static string[] ByPasses(IGrouping<string, Run> runs)
    {
        int most = Passes.Last(n => Values(runs, Fit(n)).Any());
        double[] fits = [.. Values(runs, Fit(most))];
        string FoundBy(int n) => $"{Values(runs, Fit(Math.Min(n, most))).Count(fit => fit >= Found)}";
        return
        [
            runs.First().Key.Set, runs.Key, $"{runs.Count()}",
            .. Passes.Select(n => Values(runs, Fit(n)).Count() < runs.Count() ? ""
                : $"{Markdown.Digits(Median(Values(runs, Objective(n))))} / {Markdown.Number(Median(Values(runs, Fit(n))), 1)}"),
            $"{Markdown.Number(fits.Min(), 1)}, {Markdown.Number(fits.Max(), 1)}", $"{FoundBy(Compared)}, {FoundBy(most)}",
            Markdown.Number(Median(Values(runs, Count)), 0),
            string.Join(", ", runs.SelectMany(run => run.Scores).Where(score => score.Of == Count).GroupBy(score => score.Choice)
                .Select(stop => $"{stop.Key} {stop.Count()}")),
        ];
    }

    // Nothing where the first iteration of some seed took longer.
    private static string[] BySeconds(IGrouping<string, Run> runs) =>
    [
        runs.First().Key.Set, runs.Key,
        .. Seconds.Select(s => Values(runs, Objective(s)).ToList())
            .Select(all => all.Count < runs.Count() ? "" : Markdown.Digits(Median(all))),
        Markdown.Digits(Median(Values(runs, Time))),
    ];

    // Over the seeds that both have.
    private static string Ahead(string set, (string Name, string Other) pair, IReadOnlyList<Run> runs)
    {
        var both = runs.Where(run => run.Key.Set == set && run.Key.Method == pair.Name)
            .Join(runs.Where(run => run.Key.Set == set && run.Key.Method == pair.Other), run => run.Key.Seed, run => run.Key.Seed,
                (one, other) => (One: one, Other: other)).ToList();
        int[] common = [.. Passes.Where(n => n <= Compared && both.Count > 0 && both.All(b => Has(b.One, n) && Has(b.Other, n)))];
        if (common is not [.., int most])
            return "";
        int lower = both.Count(b => Value(b.One, Objective(most)) <= Value(b.Other, Objective(most)));
        int better = both.Count(b => Value(b.One, Fit(most)) >= Value(b.Other, Fit(most)));
        return $"{lower} / {better} of {both.Count}";
    }

    private static bool Has(Run run, int passes) => run.Scores.Any(score => score.Of == Fit(passes));

    private static double Value(Run run, string of) => run.Scores.Single(score => score.Of == of).Value;

    private static IEnumerable<double> Values(IEnumerable<Run> runs, string of)
        => runs.SelectMany(run => run.Scores).Where(score => score.Of == of).Select(score => score.Value);

    // Nothing where there is no value.
    private static double? Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? null : (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
