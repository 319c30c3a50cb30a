using System.Globalization;
using ArchitectureZoo.Tasks;
using Microsoft.ML.StateSpace;
using Spectre.Console;
using static System.FormattableString;

namespace ArchitectureZoo;

/// <summary>
/// A table with a row for each architecture and a column for each task. A cell has the score and the seconds of training. Each result
/// is written when it comes, and the whole table at the end.
/// </summary>
internal sealed class ScoreTable(IReadOnlyList<ZooTask> tasks)
{
    private const int WideEnough = 200;

    private readonly List<Row> _rows = [];

    public Row AddRow(Architecture architecture)
    {
        var row = new Row(architecture.Name);
        _rows.Add(row);
        return row;
    }

    public void Show(Budget budget)
    {
        ZooTask[] run = [.. tasks.Where(task => task.WhySkipped is null)];
        // Where the output goes into a file or a pipe, the table is written as Markdown, so that a document can take it over.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = WideEnough;
        var table = new Table { Border = Console.IsOutputRedirected ? TableBorder.Markdown : TableBorder.Rounded };
        table.AddColumn("architecture").AddColumn(new TableColumn("parameters").RightAligned());
        foreach (var task in run)
            table.AddColumn(new TableColumn(Markup.Escape($"{task.Name}: {string.Join(", ", task.ScoreNames)}")).RightAligned());
        foreach (var row in _rows)
            table.AddRow([Markup.Escape(row.Name), row.Parameters(), .. run.Select(task => Markup.Escape(row.Cell(task)))]);
        AnsiConsole.WriteLine();
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(Invariant(
            $"score (seconds of training); each training {budget.Steps} steps of {budget.BatchSize} sequences, ")
            + Invariant($"peak learning rate {budget.LearningRate}, seed {budget.Seed}; *: out of time"));
        foreach (var task in tasks.Where(task => task.WhySkipped is not null))
            AnsiConsole.WriteLine($"{task.Name} skipped: {task.WhySkipped}");
        foreach (var (name, task, reason) in _rows.SelectMany(row => row.Refusals))
            AnsiConsole.WriteLine($"{name} refuses {task}: {reason}");
    }

    /// <summary>The results of one architecture.</summary>
    internal sealed class Row(string name)
    {
        private readonly Dictionary<ZooTask, Outcome> _outcomes = [];
        private readonly List<(string Name, string Task, string Reason)> _refusals = [];

        public string Name => name;

        public void Add(ZooTask task, Outcome outcome)
        {
            _outcomes.Add(task, outcome);
            AnsiConsole.WriteLine($"{name}: {task.Name} {Cell(task)}");
        }

        /// <summary>What does not go together is refused before training, with the reason.</summary>
        public void Refuse(ZooTask task, string reason) => _refusals.Add((name, task.Name, reason));

        public IReadOnlyList<(string Name, string Task, string Reason)> Refusals => _refusals;

        public string Cell(ZooTask task)
        {
            if (!_outcomes.TryGetValue(task, out var outcome))
                return "refused";
            var (training, scores) = outcome;
            string stopped = training.Stop == TrainingStop.Cancelled ? "*" : "";
            string written = string.Join(", ", scores.Select(score => score.ToString(task.ScoreFormat, CultureInfo.InvariantCulture)));
            return Invariant($"{written} ({training.Duration.TotalSeconds:F1} s{stopped})");
        }

        /// <summary>The number of parameters. It differs from task to task, as the numbers of inputs and outputs do.</summary>
        public string Parameters()
        {
            if (_outcomes.Count == 0)
                return "";
            int fewest = _outcomes.Values.Min(outcome => outcome.Training.ParameterCount);
            int most = _outcomes.Values.Max(outcome => outcome.Training.ParameterCount);
            return fewest == most ? Invariant($"{most:N0}") : Invariant($"{fewest:N0}-{most:N0}");
        }
    }
}
