using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Report;

/// <summary>The table of training methods: a row for each method on each set.</summary>
internal static class MethodTable
{
    /// <summary>What is scored: the FIT of new records, the last objective, the number of iterations, and the last residual.</summary>
    public const string Fit = "FIT", Last = "last", Count = "iterations", Residual = "residual";

    private const double Found = 99.9; // percent

    /// <summary>Iterations behind which the objective is told.</summary>
    public static IReadOnlyList<int> Iterations { get; } = [10, 60, 300];

    public static string Of(IReadOnlyList<string> sets, IReadOnlyList<Run> runs)
    {
        var rows = sets.SelectMany(set => runs.Where(run => run.Key.Set == set).GroupBy(run => run.Key.Method).Select(Row)).ToList();
        if (rows.Count == 0)
            return "No method has been measured yet.\n";
        return Markdown.Table(
            [
                "set", "method", "seeds", "FIT %, median", "lowest", "highest", $"at least {Found}", "iterations",
                .. Iterations.Select(n => $"objective after {n}"), "at the end", "residual", "training s", "ended",
            ],
            rows)
            + "\nMedians over the seeds. The objective is the mean loss of a row, half the squared error of the standardised target; an "
            + "iteration of AdamW is a pass over all records too. FIT is that of records which were not learnt from.\n";
    }

    private static string[] Row(IGrouping<string, Run> runs)
    {
        double[] fits = [.. Values(runs, Fit)];
        return
        [
            runs.First().Key.Set, runs.Key, $"{fits.Length}", Markdown.Number(Median(fits), 2), Markdown.Number(fits.Min(), 2),
            Markdown.Number(fits.Max(), 2), $"{fits.Count(fit => fit >= Found)}", Markdown.Number(Median(Values(runs, Count)), 0),
            .. Iterations.Select(n => Markdown.Digits(Median(Values(runs, $"{n}")))), Markdown.Digits(Median(Values(runs, Last))),
            Markdown.Digits(Median(Values(runs, Residual))),
            Markdown.Number(Median(runs.Select(run => run.TrainingSeconds)), 1),
            string.Join(", ", runs.SelectMany(run => run.Scores).Where(score => score.Of == Count).GroupBy(score => score.Choice)
                .Select(stop => $"{stop.Key} {stop.Count()}")),
        ];
    }

    private static IEnumerable<double> Values(IEnumerable<Run> runs, string of)
        => runs.SelectMany(run => run.Scores).Where(score => score.Of == of).Select(score => score.Value);

    // Nothing where fewer iterations were made.
    private static double? Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? null : (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
