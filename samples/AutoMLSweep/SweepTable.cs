using System.Diagnostics;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.StateSpace.AutoML;
using Spectre.Console;
using static System.FormattableString;

namespace AutoMLSweep;

/// <summary>A live table of trials in a terminal, one plain line a trial elsewhere. It is what AutoML reports to.</summary>
internal sealed class SweepTable(double seconds) : IMonitor
{
    private const int ShownTrials = 15;
    private static readonly string[] Columns = ["trial", "configuration", "rung", "model", "learning rate", "score", "seconds", ""];

    private readonly List<Row> _rows = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private LiveDisplayContext? _live;
    private Row? _best;

    /// <summary>Runs what reports to this table.</summary>
    public TrialResult Show(Func<TrialResult> run)
    {
        if (Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive)
            return run();
        return AnsiConsole.Live(Render()).Start(live =>
        {
            _live = live;
            return run();
        });
    }

    /// <summary>All that counted in the best trial.</summary>
    public static void ShowBest(TrialResult best)
    {
        var table = new Table().Title("the best trial").AddColumns("parameter", "value");
        foreach (var (name, value) in SweepParameters.ActiveOf(best.TrialSettings.Parameter))
            table.AddRow(name, Markup.Escape(Text(value)));
        AnsiConsole.Write(table.AddRow("score", Invariant($"{best.Metric:F4}")));
    }

    public void ReportRunningTrial(TrialSettings settings)
    {
        _rows.Add(new(settings));
        _live?.UpdateTarget(Render());
    }

    public void ReportCompletedTrial(TrialResult result)
        => End(Invariant($"{result.Metric:F4}"), Invariant($"{result.DurationInMilliseconds / 1000:F1}"), "");

    public void ReportBestTrial(TrialResult result)
    {
        _best = _rows[^1];
        if (_live is null)
            Console.WriteLine($"  the best so far: {result.Metric:F4}");
        _live?.UpdateTarget(Render());
    }

    public void ReportFailTrial(TrialSettings settings, Exception? exception = null) => End("failed", "", exception?.Message ?? "");

    private void End(string score, string duration, string remark)
    {
        var row = _rows[^1];
        (row.Score, row.Seconds, row.Remark) = (score, duration, remark);
        if (_live is null)
            Console.WriteLine(string.Join("  ", row.Cells));
        _live?.UpdateTarget(Render());
    }

    private Table Render()
    {
        var table = new Table().Title(Invariant($"{_rows.Count} trials, {_clock.Elapsed.TotalSeconds:F0} of {seconds:F0} s"))
            .AddColumns(Columns);
        var shown = _rows.TakeLast(ShownTrials);
        foreach (var row in _best is null || shown.Contains(_best) ? shown : shown.Prepend(_best))
            table.AddRow([.. row.Cells.Select(cell => row == _best ? $"[green]{Markup.Escape(cell)}[/]" : Markup.Escape(cell))]);
        return table;
    }

    private static string Text(Parameter value)
        => value.ParameterType == ParameterType.Number ? Invariant($"{value.AsType<double>():G4}") : value.AsType<object>().ToString()!;

    private sealed class Row(TrialSettings settings)
    {
        private readonly IReadOnlyDictionary<string, Parameter> _parameters = SweepParameters.ActiveOf(settings.Parameter);
        private readonly (int Configuration, int Rung)? _step = SweepParameters.StepOf(settings.Parameter);

        public string Score { get; set; } = "...";

        public string Seconds { get; set; } = "";

        public string Remark { get; set; } = "";

        public string[] Cells =>
        [
            $"{settings.TrialId}", $"{_step?.Configuration}", $"{_step?.Rung}",
            string.Join(' ', ((string[])["Family", "Layers", "ModelSize"]).Select(Value)), Value("LearningRate"),
            Score, Seconds, Remark,
        ];

        private string Value(string name) => _parameters.TryGetValue(name, out var value) ? Text(value) : "";
    }
}
