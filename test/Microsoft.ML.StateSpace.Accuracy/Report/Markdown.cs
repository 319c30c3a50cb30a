using System.Globalization;
using System.Text;

namespace Microsoft.ML.StateSpace.Accuracy.Report;

/// <summary>Tables in Markdown, and how numbers stand in them.</summary>
internal static class Markdown
{
    /// <summary>A table whose first column is text, the others numbers.</summary>
    public static string Table(IEnumerable<string> columns, IEnumerable<IEnumerable<string>> rows)
    {
        string[] head = [.. columns];
        var text = new StringBuilder();
        IEnumerable<IEnumerable<string>> all = [head, head.Select((_, column) => column == 0 ? "---" : "--:"), .. rows];
        foreach (var row in all)
            text.Append("| ").AppendJoin(" | ", row).Append(" |\n");
        return text.ToString();
    }

    /// <summary>A number; nothing where there is none.</summary>
    public static string Number(double? value, int decimals)
        => value?.ToString("F" + decimals, CultureInfo.InvariantCulture) ?? "";

    /// <summary>A number with three digits that count.</summary>
    public static string Digits(double? value) => value?.ToString("G3", CultureInfo.InvariantCulture) ?? "";
}
