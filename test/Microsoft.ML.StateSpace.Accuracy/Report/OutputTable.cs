using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Report;

/// <summary>
/// The second table of identification: what models make of measured outputs. They are told the first ones of a record, or all up to the
/// step before. All numbers of a row are of the same steps, those behind the first outputs.
/// </summary>
internal static class OutputTable
{
    /// <summary>What ends a score's name: the free run behind the first outputs, the run that is told them, and so on.</summary>
    public const string Behind = "behind", Told = "told", OneStep = "one step ahead";

    /// <summary>Whether a score is of this table.</summary>
    public static bool Has(string score) => IsOf(score, Behind) || IsOf(score, Told) || IsOf(score, OneStep);

    public static string Of(IReadOnlyList<string> sets, IReadOnlyList<Run> runs)
    {
        var rows = new List<string[]>();
        var duel = new List<(double Told, double? Arx)>();
        foreach (string set in sets)
        {
            Run[] own = [.. runs.Where(run => run.Key.Set == set)];
            Score? Mean(string method, string of)
            {
                Score[] scores =
                    [.. own.Where(run => run.Key.Method == method).SelectMany(run => run.Scores).Where(score => score.Of == of)];
                return scores.Length == 0 ? null
                    : new Score(of, scores.Average(score => score.Value), scores.Average(score => score.RootMeanSquaredError));
            }
            var names = own.FirstOrDefault(run => run.Key.Method == Ours.Method)?.Scores.Select(score => score.Of) ?? [];
            foreach (string behind in names.Where(of => IsOf(of, Behind)))
            {
                string part = behind[..^Behind.Length], name = part.TrimEnd(',', ' ');
                Score? free = Mean(Ours.Method, behind), told = Mean(Ours.Method, part + Told), next = Mean(Ours.Method, part + OneStep);
                Score? arx = Mean(FitTable.Arx, part + Told), arxNext = Mean(FitTable.Arx, part + OneStep);
                rows.Add(
                [
                    name == "" ? set : $"{set}, {name}", Markdown.Number(free?.Value, 1), Markdown.Number(told?.Value, 1),
                    Markdown.Number(arx?.Value, 1), Markdown.Digits(told?.RootMeanSquaredError), Markdown.Digits(arx?.RootMeanSquaredError),
                    Markdown.Digits(next?.RootMeanSquaredError), Markdown.Digits(arxNext?.RootMeanSquaredError),
                ]);
                duel.Add((told?.Value ?? 0, arx?.Value));
            }
        }
        if (rows.Count == 0)
            return "";
        string[] columns =
        [
            "record", "free run FIT %", "told FIT %", "ARX told FIT %", "told RMSE", "ARX told RMSE", "one step RMSE", "ARX one step RMSE",
        ];
        return "\nTold the first measured outputs (cascadedtanks 5, silverbox 50, others 30), and one step ahead; all behind these:\n\n"
            + Markdown.Table(columns, rows)
            + "\n" + Duel.Table("rows", [("ARX, both told", new Duel(duel, FitTable.Tie))], decimals: 1);
    }

    private static bool IsOf(string score, string protocol)
        => score == protocol || score.EndsWith($", {protocol}", StringComparison.Ordinal);
}
