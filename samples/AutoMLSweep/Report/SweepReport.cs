using System.Net;
using System.Text;
using Microsoft.ML.StateSpace.AutoML;
using static System.FormattableString;

namespace AutoMLSweep.Report;

/// <summary>A sweep as one HTML page that needs nothing else.</summary>
internal static class SweepReport
{
    private const string Style = """
        body { font: 15px/1.45 system-ui, sans-serif; color: #111827; background: #f8fafc }
        body { max-width: 940px; margin: 32px auto; padding: 0 20px }
        h1 { font-size: 26px; margin-bottom: 4px } h2 { font-size: 18px; margin-top: 36px }
        p { margin: 6px 0 } .note { color: #475569 }
        section { background: #fff; border: 1px solid #e2e8f0; border-radius: 8px; padding: 14px 16px; margin: 12px 0 }
        .numbers { display: flex; flex-wrap: wrap; gap: 28px } .numbers b { display: block; font-size: 24px }
        .grid-of-charts { display: grid; grid-template-columns: repeat(auto-fill, 290px); gap: 8px }
        .legend span { margin-right: 18px; white-space: nowrap }
        .legend i { display: inline-block; width: 11px; height: 11px; border-radius: 50%; margin-right: 6px }
        svg { max-width: 100%; height: auto } svg text { font-size: 11px; fill: #475569 } svg text.axis { font-size: 12px; fill: #111827 }
        .plot { fill: #fff; stroke: #cbd5e1 } .grid { stroke: #e2e8f0 }
        table { border-collapse: collapse } td, th { text-align: left; padding: 3px 18px 3px 0; border-bottom: 1px solid #e2e8f0 }
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
        html.Append($"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sweep on {Encode(name)}</title>");
        html.AppendLine($"<style>{Style}</style><body>");
        html.AppendLine($"<h1>Sweep on {Encode(name)}</h1>");
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
        html.AppendLine("</section><p class=\"legend\">");
        foreach (var (family, color) in charts.Legend)
            html.AppendLine($"<span><i style=\"background:{color}\"></i>{Encode(family)}</span>");
        html.Append("</p><h2>Trials over time</h2><p class=\"note\">A dot a trial, the larger the higher its rung; ");
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
