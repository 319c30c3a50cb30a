using Microsoft.ML.SearchSpace;
using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.Reports;
using static System.FormattableString;

namespace AutoMLSweep.Report;

/// <summary>The charts of a sweep.</summary>
internal sealed class SweepCharts(SweepJournal journal)
{
    private readonly SweepTrial[] _scored = [.. journal.Trials.Where(t => t.Succeeded)];
    private readonly string[] _families = [.. journal.Trials.Select(Family).Distinct().Order(StringComparer.Ordinal)];

    private string MetricName => journal.Header?.Metric ?? "metric";

    /// <summary>Every trial when it ended, and the best so far.</summary>
    public Chart Trials()
    {
        var chart = new Chart("Trials over time", new("seconds") { Shows = [0] }, new(MetricName))
        {
            Text = "The line is the best so far, of those at the highest rung once there is one.",
        };
        var leaders = journal.Leaders;
        var ends = leaders.Skip(1).Append(_scored[^1]).Select(t => t.EndedAt);
        chart.AddGuide(
            "best so far",
            leaders.Zip(ends).SelectMany(l => ((double, double)[])[(l.First.EndedAt, l.First.Metric), (l.Second, l.First.Metric)]));
        foreach (var family in _scored.GroupBy(Family))
            chart.AddDots(family.Key, family.Select(trial => (trial.EndedAt, trial.Metric)), Color(family.Key));
        return chart;
    }

    /// <summary>Learning curves; those that halving cut are thin, with a mark at their end.</summary>
    public Chart Curves()
    {
        var configurations = journal.Trials.Where(t => t.Curve.Count > 0).GroupBy(t => t.Configuration).ToList();
        bool validated = configurations.SelectMany(c => c).SelectMany(t => t.Curve).Any(e => double.IsFinite(e.ValidationLoss));
        double Loss(SweepEpoch epoch) => validated ? epoch.ValidationLoss : epoch.TrainingLoss;
        var chart = new Chart(
            "Learning curves", new("epoch") { IsLogarithmic = true },
            new(validated ? "validation loss" : "training loss") { IsLogarithmic = true })
        {
            Text = "A line a configuration; thin with a mark at its end: halving has cut it there.",
        };
        foreach (var configuration in configurations)
        {
            var last = configuration.MaxBy(t => t.Rung)!;
            SweepEpoch[] curve =
                [.. configuration.Where(t => t.Rung < journal.Header!.Rungs).OrderBy(t => t.Rung).SelectMany(t => t.Curve)];
            bool cut = last.Rung < journal.Header!.Rungs - 1;
            chart.AddLine(Family(last), curve.Select(e => ((double)e.Epoch, Loss(e))), Color(Family(last)), isThin: cut);
            if (cut && curve.Length > 0)
                chart.AddDots("cut", [(curve[^1].Epoch, Loss(curve[^1]))], ChartColor.Soft);
        }
        return chart;
    }

    /// <summary>Every parameter against the score, at the lowest rung, where all trials can be compared.</summary>
    public IEnumerable<Chart> Parameters()
    {
        var trials = _scored.Where(t => t.Rung == 0).Select(t => (Trial: t, Values: SweepParameters.ActiveOf(t.Parameter))).ToList();
        foreach (string name in trials.SelectMany(t => t.Values.Keys).Distinct()
            .OrderBy(n => n != "Family").ThenBy(n => n, StringComparer.Ordinal))
        {
            var points = trials.Where(t => t.Values.ContainsKey(name)).Select(t => (t.Trial, Value: t.Values[name])).ToList();
            bool isNumber = points[0].Value.ParameterType == ParameterType.Number;
            string[] names = isNumber ? []
                : [.. points.Select(p => Text(p.Value)).Distinct().OrderBy(n => n.Length).ThenBy(n => n, StringComparer.Ordinal)];
            var chart = new Chart(name, new(name) { IsLogarithmic = true, Names = isNumber ? null : names }, new(MetricName));
            foreach (var family in points.GroupBy(point => Family(point.Trial)))
                chart.AddDots(
                    family.Key,
                    family.Select(p => (isNumber ? p.Value.AsType<double>() : Array.IndexOf(names, Text(p.Value)), p.Trial.Metric)),
                    Color(family.Key));
            yield return chart;
        }
    }

    public static string Describe(SweepTrial trial)
        => string.Join(", ", SweepParameters.ActiveOf(trial.Parameter).Select(p => $"{p.Key} {Text(p.Value)}"));

    public static string Text(Parameter value)
        => value.ParameterType == ParameterType.Number ? Invariant($"{value.AsType<double>():G3}") : value.AsType<object>().ToString()!;

    private ChartColor Color(string family) => Chart.ColorAt(Array.IndexOf(_families, family));

    private static string Family(SweepTrial trial)
        => SweepParameters.ActiveOf(trial.Parameter).TryGetValue("Family", out var family) ? Text(family) : "model";
}
