using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.StateSpace.Accuracy.Classification;

/// <summary>Accuracies that others have published, as the notes beside the data have them.</summary>
internal sealed partial class PublishedAccuracies
{
    // The column before those of methods.
    private const string LastProperty = "missing";

    private readonly Dictionary<(string Set, string Method), double> _values = [];

    private PublishedAccuracies(IReadOnlyList<string> sets, IReadOnlyList<string> methods) => (Sets, Methods) = (sets, methods);

    /// <summary>The sets of the notes, in their order.</summary>
    public IReadOnlyList<string> Sets { get; }

    /// <summary>The methods of the notes, in their order.</summary>
    public IReadOnlyList<string> Methods { get; }

    /// <summary>The accuracy of a method on a set, as a share; <see langword="null"/> where there is none.</summary>
    public double? this[string set, string method] => _values.TryGetValue((set, method), out double value) ? value : null;

    /// <summary>
    /// Reads a table in Markdown: a row a set, whose name stands in the first column; the columns of the methods stand behind the column
    /// "missing". A cell that is no number means that there is no value. What an earlier version of the library reached is called
    /// "today" there.
    /// </summary>
    public static PublishedAccuracies OfTable(string markdown)
    {
        string[][] rows = [.. markdown.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())];
        if (rows.Length < 2 || Array.IndexOf(rows[0], LastProperty) is not (>= 0 and int last))
            throw new InvalidDataException($"There is no table with a column '{LastProperty}', behind which the methods stand.");
        string[] methods = [.. rows[0][(last + 1)..].Select(name => name == "today" ? "earlier default" : name)];
        var published = new PublishedAccuracies([.. rows[2..].Select(row => row[0])], methods);
        foreach (string[] row in rows[2..])
            for (int i = 0; i < methods.Length && last + 1 + i < row.Length; i++)
                if (double.TryParse(row[last + 1 + i], NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
                    published._values[(row[0], methods[i])] = value;
        return published;
    }

    /// <summary>
    /// Reads sentences, those of each set's own notes, in which a method is followed by two percentages, <c>ROCKET 97.0|96.1</c>: with the
    /// archive's own split, and a mean over others. The first counts.
    /// </summary>
    public static PublishedAccuracies OfSentences(IReadOnlyList<(string Set, string Notes)> sets)
    {
        var found = sets.SelectMany(set => Pair().Matches(set.Notes).Select(match => (
            set.Set, Method: match.Groups["method"].Value.Replace("1NN-", ""),
            Value: double.Parse(match.Groups["own"].Value, CultureInfo.InvariantCulture) / 100))).ToList();
        var published = new PublishedAccuracies(
            [.. sets.Select(set => set.Set)], [.. found.Select(one => one.Method).Distinct()]);
        foreach (var (set, method, value) in found)
            published._values[(set, method)] = value;
        return published;
    }

    [GeneratedRegex(@"(?<=[\s,])(?<method>[A-Za-z0-9-]+) (?<own>\d+(\.\d+)?)\|\d")]
    private static partial Regex Pair();
}
