using System.Globalization;
using System.Text;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>What a run found: shown as it comes, and a Markdown file in the end.</summary>
internal sealed class Report(string head)
{
    private readonly StringBuilder _text = new(head);

    public Table Table(string title, params string[] columns)
    {
        Say($"\n## {title}\n");
        var table = new Table(Say);
        table.Row(columns);
        table.Row([.. columns.Select(_ => "---")]);
        return table;
    }

    public void Say(string line)
    {
        Console.WriteLine(line);
        _text.AppendLine(line);
    }

    /// <summary>
    /// Writes the file anew. Other programs write its last parts, which begin with one of the lines <paramref name="kept"/>; those stay.
    /// </summary>
    public void Save(string path, params string[] kept)
    {
        string before = File.Exists(path) ? File.ReadAllText(path) : "";
        int[] starts = [.. kept.Select(line => before.IndexOf($"\n{line}\n", StringComparison.Ordinal)).Where(start => start >= 0)];
        File.WriteAllText(path, starts is [] ? _text.ToString() : _text + before[starts.Min()..]);
    }
}

/// <summary>The rows of a Markdown table.</summary>
internal sealed class Table(Action<string> write)
{
    public void Row(params object[] cells) => write($"| {string.Join(" | ", cells)} |");

    /// <summary>Three digits that count; nothing for NaN.</summary>
    public static string Number(double value)
    {
        if (double.IsNaN(value))
            return "";
        int decimals = value == 0 ? 0 : Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 3);
        return value.ToString("F" + decimals, CultureInfo.InvariantCulture);
    }

    public static string Percent(double share)
        => double.IsNaN(share) ? "" : share.ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "");
}
