using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Report;

/// <summary>The table of regression: a row a set, then wins and losses.</summary>
internal static class ErrorTable
{
    /// <summary>The names of the baselines in keys and in the table.</summary>
    public const string Ridge = "ridge over windows", Mean = "mean";

    private const double Tie = 0.1; // percent: 1e-3 as a share

    /// <param name="sets">The sets, in order.</param>
    /// <param name="runs">What is finished.</param>
    /// <param name="published">Errors of others by set, as text.</param>
    public static string Of(IReadOnlyList<string> sets, IReadOnlyList<Run> runs, IReadOnlyDictionary<string, string> published)
    {
        Row[] rows = [.. sets.Select(set => new Row(set, [.. runs.Where(run => run.Key.Set == set)])).Where(row => row.Ours.Length > 0)];
        if (rows.Length == 0)
            return "No set has been measured yet.\n";
        string table = Markdown.Table(
            ["set", "seeds", "ours, mean RMSE", "highest", "mean FIT %", "training s", "scoring s", Ridge, Mean, "published"],
            rows.Select(row => (string[])
            [
                row.Set, $"{row.Ours.Length}", Markdown.Digits(row.Error), Markdown.Digits(row.Highest), Markdown.Number(row.Fit, 1),
                Markdown.Number(row.Ours.Average(run => run.TrainingSeconds), 1),
                Markdown.Number(row.Ours.Average(run => run.ScoringSeconds), 2),
                Markdown.Digits(row.Baseline(Ridge)?.RootMeanSquaredError), Markdown.Digits(row.Baseline(Mean)?.RootMeanSquaredError),
                published.GetValueOrDefault(row.Set, ""),
            ]));
        string against = "\n" + Duel.Table(
            "sets",
            [
                (Ridge + ", FIT %", new Duel(rows.Select(row => (row.Fit, row.Baseline(Ridge)?.Value)), Tie)),
                (Mean + ", FIT %", new Duel(rows.Select(row => (row.Fit, row.Baseline(Mean)?.Value)), Tie)),
            ],
            decimals: 1);
        string[] above = [.. rows.Where(row => row.Above > 0).Select(row => $"{row.Set} (by {Markdown.Digits(row.Above)})")];
        string[] open = [.. sets.Except(rows.Select(row => row.Set))];
        return table + against + (above.Length > 0 ? $"\n- An error above that of the ridge: {string.Join(", ", above)}.\n" : "")
            + (open.Length > 0 ? $"\n- Not measured: {string.Join(", ", open)}.\n" : "");
    }

    private sealed record Row(string Set, Run[] Runs)
    {
        public Run[] Ours => [.. Runs.Where(run => run.Key.Method == Accuracy.Ours.Method)];

        public double Error => Ours.Average(run => run.Scores[0].RootMeanSquaredError!.Value);

        public double Highest => Ours.Max(run => run.Scores[0].RootMeanSquaredError!.Value);

        public double Fit => Ours.Average(run => run.Scores[0].Value);

        /// <summary>How far the error is above that of the ridge.</summary>
        public double Above => Error - Baseline(Ridge)?.RootMeanSquaredError ?? 0;

        public Score? Baseline(string method) => Runs.FirstOrDefault(run => run.Key.Method == method)?.Scores[0];
    }
}
