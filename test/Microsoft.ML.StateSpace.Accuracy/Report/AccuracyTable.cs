using Microsoft.ML.StateSpace.Accuracy.Classification;
using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Report;

/// <summary>The table of classification: a row a set, then means, wins and losses.</summary>
internal static class AccuracyTable
{
    private const double Tie = 1e-3, FarBelow = 0.1;

    // A set on which both are far better shows a weakness.
    private static readonly string[] Best = ["MiniROCKET", "InceptionTime"];

    public static string Of(IReadOnlyList<string> sets, IReadOnlyList<Run> runs, PublishedAccuracies published)
    {
        SetRuns[] rows = [.. sets.Select(set => new SetRuns(set, [.. runs.Where(run => run.Key.Set == set)])).Where(row => row.Any)];
        if (rows.Length == 0)
            return "No set has been measured yet.\n";
        string[] methods = [.. published.Methods.Where(method => rows.Any(row => published[row.Set, method] is not null))];
        string table = Markdown.Table(
            ["set", "seeds", "ours, mean", "lowest", "training s", "scoring s", .. methods],
            rows.Select(row => (string[])
            [
                row.Set, $"{row.Seeds}", Markdown.Number(row.Mean, 3), Markdown.Number(row.Lowest, 3),
                Markdown.Number(row.TrainingSeconds, 1), Markdown.Number(row.ScoringSeconds, 2),
                .. methods.Select(method => Markdown.Number(published[row.Set, method], 3)),
            ]));
        var duels = methods.Select(method => (method, new Duel(rows.Select(row => (row.Mean, published[row.Set, method])), Tie))).ToList();
        string against = duels.Count > 0 ? "\n" + Duel.Table("sets", duels, 4) : "";
        return table + against + "\n" + string.Join("\n", Sentences(sets, rows, methods, published)) + "\n";
    }

    private static IEnumerable<string> Sentences(
        IReadOnlyList<string> sets, SetRuns[] rows, string[] methods, PublishedAccuracies published)
    {
        if (rows.Length > 1)
            yield return $"- Mean over {rows.Length} sets: {Markdown.Number(rows.Average(row => row.Mean), 4)}.";
        SetRuns[] common = [.. rows.Where(row => methods.All(method => published[row.Set, method] is not null))];
        if (methods.Length > 1 && common.Length is > 1 and int count && count < rows.Length)
            yield return $"- Means over the {count} sets that every method has: "
                + $"ours {Markdown.Number(common.Average(row => row.Mean), 4)}, "
                + string.Join(", ", methods.Select(method
                    => $"{method} {Markdown.Number(common.Average(row => published[row.Set, method]), 4)}")) + ".";
        if (Best.Any(methods.Contains))
        {
            var below = rows.Select(row => (row.Set, Gap: Best.Max(method => published[row.Set, method]) - row.Mean))
                .Where(row => row.Gap > FarBelow).Select(row => $"{row.Set} (by {Markdown.Number(row.Gap, 3)})").ToList();
            yield return $"- More than {Markdown.Number(FarBelow, 2)} below the better of {string.Join(" and ", Best)}: "
                + (below.Count > 0 ? string.Join(", ", below) : "none") + ".";
        }
        double training = rows.Sum(row => row.TrainingSeconds), scoring = rows.Sum(row => row.ScoringSeconds);
        yield return $"- One training of each of the {rows.Length} sets, one after the other: {Markdown.Number(training, 0)} s; "
            + $"scoring: {Markdown.Number(scoring, 0)} s.";
        string[] open = [.. sets.Except(rows.Select(row => row.Set))];
        if (open.Length > 0)
            yield return $"- Not measured: {string.Join(", ", open)}.";
    }

    /// <summary>The runs of one set, one a seed.</summary>
    private sealed record SetRuns(string Set, Run[] Runs)
    {
        public bool Any => Runs.Length > 0;

        public int Seeds => Runs.Length;

        public double Mean => Runs.Average(run => run.Scores[0].Value);

        public double Lowest => Runs.Min(run => run.Scores[0].Value);

        public double TrainingSeconds => Runs.Average(run => run.TrainingSeconds);

        public double ScoringSeconds => Runs.Average(run => run.ScoringSeconds);
    }
}
