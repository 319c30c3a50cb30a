using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.Reports;
using static System.FormattableString;

namespace AutoMLSweep.Report;

/// <summary>A sweep as one HTML page that needs nothing else.</summary>
internal static class SweepReport
{
    private const int MostTrials = 20;

    /// <param name="journal">The sweep.</param>
    /// <param name="name">Name of the data.</param>
    /// <param name="testAccuracy">Accuracy of the best configuration, trained on all of the training data, on the test data.</param>
    public static ReportPage Of(SweepJournal journal, string name, double testAccuracy)
    {
        var charts = new SweepCharts(journal);
        var best = journal.Best!;
        var configurations = journal.Trials.GroupBy(t => t.Configuration).ToList();
        int rungs = journal.Header!.Rungs, whole = configurations.Count(c => c.Any(t => t.Rung == rungs - 1));
        var page = new ReportPage(
            $"Sweep on {name}",
            Invariant($"Successive halving, {rungs} rungs, one in {journal.Header.Factor} goes on; ")
            + Invariant($"repeats of the best: {journal.Header.Repeats}; seed {journal.Header.Seed}."));
        page.AddNumbers(
        [
            ("test accuracy", Invariant($"{testAccuracy:F3}")), ($"best {journal.Header.Metric}", Invariant($"{best.Metric:F4}")),
            ("configurations", $"{configurations.Count}"), ("trained to the end", $"{whole}"),
            ("failed", $"{journal.Trials.Count(t => !t.Succeeded)}"), ("in all", Invariant($"{journal.Trials[^1].EndedAt:F0} s")),
        ]);

        page.BeginSection("Trials");
        page.AddChart(charts.Trials());
        page.AddChart(charts.Curves());
        page.AddTable(new(
            "Trials that led, the last of them first", ["configuration", "rung", journal.Header.Metric, "parameters"],
            [.. journal.Leaders.Reverse().Take(MostTrials).Select(t => (string[])
                [$"{t.Configuration}", $"{t.Rung}", Invariant($"{t.Metric:F4}"), SweepCharts.Describe(t)])]));
        page.BeginSection(
            "Parameters and score", "At the lowest rung, where all configurations have had the same number of epochs.");
        page.AddCharts(charts.Parameters());
        page.BeginSection("The best trial");
        page.AddTable(new(
            "Its parameters", ["parameter", "value"],
            [.. SweepParameters.ActiveOf(best.Parameter).Select(p => (string[])[p.Key, SweepCharts.Text(p.Value)])]));
        if (journal.Trials.Any(t => !t.Succeeded))
        {
            page.BeginSection("What failed");
            page.AddTable(new(
                "Trials that failed", ["configuration", "parameters", "why"],
                [.. journal.Trials.Where(t => !t.Succeeded).Select(t => (string[])
                    [$"{t.Configuration}", SweepCharts.Describe(t), t.Failure ?? "the metric is no number"])]));
        }
        return page;
    }
}
