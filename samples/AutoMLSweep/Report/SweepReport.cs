using System.Net;
using System.Text;
using Microsoft.ML.StateSpace.AutoML;
using Samples;
using static System.FormattableString;

namespace AutoMLSweep.Report;

/// <summary>A sweep as one HTML page that needs nothing else.</summary>
internal static class SweepReport
{
    private const string Style = """
        .numbers { display: flex; flex-wrap: wrap; gap: 28px } .numbers b { display: block; font-size: 24px }
        .grid-of-charts { display: grid; grid-template-columns: repeat(auto-fill, 290px); gap: 8px }
        """;

    /// <param name="journal">The sweep.</param>
    /// <param name="name">Name of the data.</param>
    /// <param name="testAccuracy">Accuracy of the best configuration, trained on all of the training data, on the test data.</param>
    public static string Html(SweepJournal journal, string name, double testAccuracy)
    {
        var charts = new SweepCharts(journal);
        var best = journal.Best!;
        var configurations = journal.Trials.GroupBy(t => t.Configuration).ToList();
        int rungs = journal.Header!.Rungs, whole = configurations.Count(c => c.Any(t => t.Rung == rungs - 1));
        var html = new StringBuilder();
        html.AppendLine(ChartPage.Head($"Sweep on {name}", Style));
        html.Append(Invariant($"<p class=\"note\">Successive halving, {rungs} rungs, one in {journal.Header.Factor} goes on; "));
        html.AppendLine(Invariant($"repeats of the best: {journal.Header.Repeats}; seed {journal.Header.Seed}.</p>"));
        html.AppendLine("<section class=\"numbers\">");
        foreach (var (value, label) in (ReadOnlySpan<(string, string)>)
        [
            (Invariant($"{testAccuracy:F3}"), "test accuracy"),
            (Invariant($"{best.Metric:F4}"), $"best {journal.Header.Metric}"),
            ($"{configurations.Count}", "configurations"),
            ($"{whole}", "trained to the end"),
            ($"{journal.Trials.Count(t => !t.Succeeded)}", "failed"),
            (Invariant($"{journal.Trials[^1].EndedAt:F0} s"), "in all"),
        ])
            html.AppendLine($"<div><b>{Encode(value)}</b>{Encode(label)}</div>");
        html.AppendLine("</section>").AppendLine(ChartPage.Legend(charts.Legend));
        html.Append("<h2>Trials over time</h2><p class=\"note\">A dot a trial, the larger the higher its rung; ");
        html.AppendLine("the line is the best so far, of those at the highest rung once there is one.</p>");
        html.AppendLine($"<section>{charts.Trials()}</section>");
        html.Append("<h2>Learning curves</h2>");
        html.AppendLine("<p class=\"note\">A line a configuration; thin with a cross at its end: halving has cut it there.</p>");
        html.AppendLine($"<section>{charts.Curves()}</section>");
        html.Append("<h2>Parameters and score</h2>");
        html.AppendLine("<p class=\"note\">At the lowest rung, where all configurations have had the same number of epochs.</p>");
        html.AppendLine($"<section class=\"grid-of-charts\">{string.Join('\n', charts.Parameters())}</section>");
        html.AppendLine("<h2>The best trial</h2><section><table>");
        foreach (var (parameter, value) in SweepParameters.ActiveOf(best.Parameter))
            html.AppendLine($"<tr><th>{Encode(parameter)}</th><td>{Encode(SweepCharts.Text(value))}</td></tr>");
        html.AppendLine("</table></section>");
        if (journal.Trials.Any(t => !t.Succeeded))
        {
            html.AppendLine("<h2>What failed</h2><section>");
            foreach (var trial in journal.Trials.Where(t => !t.Succeeded))
            {
                string why = trial.Failure ?? "the metric is no number";
                html.AppendLine($"<p>{Encode(SweepCharts.Describe(trial))}<br><span class=\"note\">{Encode(why)}</span></p>");
            }
            html.AppendLine("</section>");
        }
        return html.AppendLine("</body></html>").ToString();
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
