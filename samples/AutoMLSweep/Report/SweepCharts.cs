using Microsoft.ML.SearchSpace;
using Microsoft.ML.StateSpace.AutoML;
using Samples;
using static System.FormattableString;

namespace AutoMLSweep.Report;

/// <summary>The charts of a sweep.</summary>
internal sealed class SweepCharts(SweepJournal journal)
{
    private static readonly string[] Palette =
        ["#3b82f6", "#d97706", "#059669", "#dc2626", "#8b5cf6", "#0891b2", "#db2777", "#65a30d", "#64748b"];

    private readonly SweepTrial[] _scored = [.. journal.Trials.Where(t => t.Succeeded)];
    private readonly string[] _families = [.. journal.Trials.Select(Family).Distinct().Order(StringComparer.Ordinal)];

    private string MetricName => journal.Header?.Metric ?? "metric";

    /// <summary>The colours of the families.</summary>
    public IEnumerable<(string Family, string Color)> Legend => _families.Select((family, i) => (family, Palette[i % Palette.Length]));

    /// <summary>Every trial when it ended, and the best so far.</summary>
    public string Trials()
    {
        var chart = new SvgChart(880, 340, new("seconds", [0, .. _scored.Select(t => t.EndedAt)]), Scores());
        foreach (var trial in _scored)
            chart.Dot(trial.EndedAt, trial.Metric, Color(trial), Describe(trial), 2.5 + 1.5 * trial.Rung);
        var leaders = journal.Leaders;
        var ends = leaders.Skip(1).Append(_scored[^1]).Select(t => t.EndedAt);
        chart.Line(
            leaders.Zip(ends).SelectMany(l => ((double, double)[])[(l.First.EndedAt, l.First.Metric), (l.Second, l.First.Metric)]),
            "currentColor", "best so far");
        return chart.ToString();
    }

    /// <summary>Learning curves; those that halving cut end early, with a cross.</summary>
    public string Curves()
    {
        var configurations = journal.Trials.Where(t => t.Curve.Count > 0).GroupBy(t => t.Configuration).ToList();
        bool validated = configurations.SelectMany(c => c).SelectMany(t => t.Curve).Any(e => double.IsFinite(e.ValidationLoss));
        double Loss(SweepEpoch epoch) => validated ? epoch.ValidationLoss : epoch.TrainingLoss;
        var epochs = configurations.SelectMany(c => c).SelectMany(t => t.Curve).ToList();
        var loss = new Axis(validated ? "validation loss" : "training loss", epochs.Select(Loss), logarithmic: true);
        var chart = new SvgChart(880, 380, new("epoch", epochs.Select(e => (double)e.Epoch), logarithmic: true), loss);
        foreach (var configuration in configurations)
        {
            var last = configuration.MaxBy(t => t.Rung)!;
            SweepEpoch[] curve =
                [.. configuration.Where(t => t.Rung < journal.Header!.Rungs).OrderBy(t => t.Rung).SelectMany(t => t.Curve)];
            bool cut = last.Rung < journal.Header!.Rungs - 1;
            chart.Line(curve.Select(e => ((double)e.Epoch, Loss(e))), Color(last), Describe(last), cut ? 1 : 2.2);
            if (cut)
                chart.Cross(curve[^1].Epoch, Loss(curve[^1]), Color(last));
        }
        return chart.ToString();
    }

    /// <summary>Every parameter against the score, at the lowest rung, where all trials can be compared.</summary>
    public IEnumerable<string> Parameters()
    {
        var trials = _scored.Where(t => t.Rung == 0).Select(t => (Trial: t, Values: SweepParameters.ActiveOf(t.Parameter))).ToList();
        foreach (string name in trials.SelectMany(t => t.Values.Keys).Distinct()
            .OrderBy(n => n != "Family").ThenBy(n => n, StringComparer.Ordinal))
        {
            var points = trials.Where(t => t.Values.ContainsKey(name)).Select(t => (t.Trial, Value: t.Values[name])).ToList();
            bool isNumber = points[0].Value.ParameterType == ParameterType.Number;
            string[] names = isNumber ? []
                : [.. points.Select(p => Text(p.Value)).Distinct().OrderBy(n => n.Length).ThenBy(n => n, StringComparer.Ordinal)];
            var x = isNumber ? new Axis(name, points.Select(p => p.Value.AsType<double>()), logarithmic: true) : new Axis(name, names);
            var chart = new SvgChart(290, 220, x, new(MetricName, points.Select(p => p.Trial.Metric)));
            foreach (var (trial, value) in points)
                chart.Dot(
                    isNumber ? value.AsType<double>() : Array.IndexOf(names, Text(value)), trial.Metric, Color(trial), Describe(trial), 3);
            yield return chart.ToString();
        }
    }

    public static string Describe(SweepTrial trial)
    {
        string parameters = string.Join(", ", SweepParameters.ActiveOf(trial.Parameter).Select(p => $"{p.Key} {Text(p.Value)}"));
        return Invariant($"configuration {trial.Configuration}, rung {trial.Rung}: {trial.Metric:F4}; {parameters}");
    }

    public static string Text(Parameter value)
        => value.ParameterType == ParameterType.Number ? Invariant($"{value.AsType<double>():G3}") : value.AsType<object>().ToString()!;

    private Axis Scores() => new(MetricName, _scored.Select(t => t.Metric));

    private string Color(SweepTrial trial) => Palette[Array.IndexOf(_families, Family(trial)) % Palette.Length];

    private static string Family(SweepTrial trial)
        => SweepParameters.ActiveOf(trial.Parameter).TryGetValue("Family", out var family) ? Text(family) : "model";
}
