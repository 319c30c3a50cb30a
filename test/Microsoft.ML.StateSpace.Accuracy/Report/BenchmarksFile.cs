namespace Microsoft.ML.StateSpace.Accuracy.Report;

/// <summary>
/// The section of BENCHMARKS.md that this program writes, between two marks. Other programs write the rest. A part's table stands in the
/// section under its heading, and a part that is measured alone leaves the tables of the others as they are.
/// </summary>
internal static class BenchmarksFile
{
    public const string Begin = "<!-- accuracy: written by ./build.sh accuracy -->", End = "<!-- end of accuracy -->";

    private const string Part = "\n### ";

    private const string Head = """

        ## Accuracy of the defaults

        Written by `./build.sh accuracy`. Each model is trained with the library's defaults: nothing is set but the names of columns
        and the seed. Of sequences with a class each, the accuracy is the share of all test rows; published accuracies are those with
        the archive's own split, from the result files of tsml-eval. Plants are simulated in free run, from their inputs alone; FIT is
        `100 (1 - |y - simulated| / |y - mean of y|)`. `run on` simulates the first half before the second, which alone counts, so that
        the start does not matter. Of sequences with a value each, RMSE is the error in the value's own unit; ridge over windows
        knows all numbers of a window, and its penalty is chosen on the last quarter of the training rows. Ridge over lags and ARX
        are linear models of the same records, which choose penalty and orders on the last quarter of the training part; ARX alone
        is told its first outputs. Values that differ by 0.001 (FIT by 0.1 %) or less are ties. Seconds are wall time.
        Training methods, the last table, are compared on small networks with settings of their own.

        """;

    /// <summary>Puts a part's table into the file's text, in the place of its table from before, or behind the last.</summary>
    public static string With(string text, string heading, string table)
    {
        var (before, section, behind) = Cut(text);
        // The section is its head, then parts that begin with their heading.
        List<string> parts = [.. section.Split(Part)];
        string written = $"{heading}\n\n{table}";
        int place = parts.FindIndex(1, part => part.StartsWith(heading + "\n", StringComparison.Ordinal));
        if (place < 0)
            parts.Add(written);
        else
            parts[place] = written;
        parts[0] = Head.ReplaceLineEndings("\n");
        return before + Begin + string.Join(Part, parts) + End + behind;
    }

    /// <summary>Writes a part's table into the file.</summary>
    public static void Write(string path, string heading, string table)
        => File.WriteAllText(path, With(File.ReadAllText(path), heading, table));

    private static (string Before, string Section, string Behind) Cut(string text)
    {
        int begin = text.IndexOf(Begin, StringComparison.Ordinal), end = text.IndexOf(End, StringComparison.Ordinal);
        return begin < 0 ? (text.TrimEnd('\n') + "\n\n", "", "\n")
            : end > begin ? (text[..begin], text[(begin + Begin.Length)..end], text[(end + End.Length)..])
            : throw new InvalidDataException(
                $"BENCHMARKS.md has the line '{Begin}' but not '{End}' behind it. Put it back where the section ends.");
    }
}
