using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Report;

/// <summary>The table of identification: a row for each output of each simulated record, then means, wins and losses.</summary>
internal static class FitTable
{
    /// <summary>The names of the baselines in keys and in the table.</summary>
    public const string Ridge = "ridge over lags", Arx = "ARX";

    public const double Tie = 0.1; // percent: 1e-3 as a share

    public static string Of(IReadOnlyList<string> sets, IReadOnlyList<Run> runs)
    {
        Row[] rows = [.. sets.SelectMany(set => Rows(set, [.. runs.Where(run => run.Key.Set == set)]))];
        if (rows.Length == 0)
            return "No record has been measured yet.\n";
        string table = Markdown.Table(
            [
                "record", "seeds", "ours, mean FIT %", "lowest", "RMSE", "training s", "scoring s",
                Ridge, Arx, $"{Ridge}: chosen", $"{Arx}: chosen",
            ],
            rows.Select(row => (string[])
            [
                row.Name, $"{row.Seeds}", Markdown.Number(row.Mean, 1), Markdown.Number(row.Lowest, 1),
                Markdown.Digits(row.RootMeanSquaredError), Markdown.Number(row.TrainingSeconds, 1),
                Markdown.Number(row.ScoringSeconds, 2), Markdown.Number(row.Ridge?.Value, 1), Markdown.Number(row.Arx?.Value, 1),
                row.Ridge?.Choice ?? "", row.Arx?.Choice ?? "",
            ]));
        string against = "\n" + Duel.Table(
            "rows",
            [
                (Ridge, new Duel(rows.Select(row => (row.Mean, row.Ridge?.Value)), Tie)),
                (Arx, new Duel(rows.Select(row => (row.Mean, row.Arx?.Value)), Tie)),
            ],
            decimals: 1);
        string[] below = [.. rows.Where(row => row.Below > Tie).Select(row => $"{row.Name} (by {Markdown.Number(row.Below, 1)})")];
        string linear = below.Length > 0 ? $"\n- Below the better of the linear models: {string.Join(", ", below)}.\n" : "";
        string[] open = [.. sets.Where(set => runs.All(run => run.Key.Set != set || run.Key.Method != Ours.Method))];
        return table + against + linear + (open.Length > 0 ? $"\n- Not measured: {string.Join(", ", open)}.\n" : "");
    }

    private static IEnumerable<Row> Rows(string set, Run[] runs)
    {
        Run[] ours = [.. runs.Where(run => run.Key.Method == Ours.Method)];
        Score? Baseline(string method, string output)
            => runs.FirstOrDefault(run => run.Key.Method == method)?.Scores.FirstOrDefault(score => score.Of == output);
        return ours.Length == 0 ? [] : ours[0].Scores.Select(score => score.Of).Where(of => !OutputTable.Has(of)).Select(output => new Row(
            output == "" ? set : $"{set}, {output}",
            ours,
            [.. ours.SelectMany(run => run.Scores).Where(score => score.Of == output)],
            Baseline(Ridge, output),
            Baseline(Arx, output)));
    }

    private sealed record Row(string Name, Run[] Runs, Score[] Scores, Score? Ridge, Score? Arx)
    {
        public int Seeds => Runs.Length;

        public double Mean => Scores.Average(score => score.Value);

        public double Lowest => Scores.Min(score => score.Value);

        public double? RootMeanSquaredError => Scores.Average(score => score.RootMeanSquaredError);

        /// <summary>How far the mean is below the better of the baselines.</summary>
        public double Below => Math.Max(Ridge?.Value ?? double.NegativeInfinity, Arx?.Value ?? double.NegativeInfinity) - Mean;

        public double TrainingSeconds => Runs.Average(run => run.TrainingSeconds);

        public double ScoringSeconds => Runs.Average(run => run.ScoringSeconds);
    }
}
