using System.Net;
using System.Text;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>Text on a page, where it comes from others.</summary>
internal static class Page
{
    private const char Replacement = '\uFFFD', FirstIsolate = '\u2068', PopIsolate = '\u2069';

    /// <summary>The style sheet of every page.</summary>
    public static string Style { get; } = ReadStyle();

    /// <summary>Text in HTML.</summary>
    public static string Encode(string text) => WebUtility.HtmlEncode(Clean(text));

    /// <summary>Text without what no page can hold: half characters, and characters that control something.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            bool isControl = rune.Value < ' ' ? rune.Value is not ('\n' or '\t') : rune.Value is (>= 0x7F and < 0xA0) or 0xFFFE or 0xFFFF;
            clean.Append(isControl ? Replacement.ToString() : rune.ToString());
        }
        return clean.ToString();
    }

    /// <summary>
    /// A name that somebody else has given: one that is written from right to left is kept from changing the order of what stands around
    /// it, and an empty one can be seen.
    /// </summary>
    public static string Name(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return "(empty)";
        string plain = string.Concat(text.Where(c => c is not ((>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'))));
        return plain.Any(IsFromRight) ? $"{FirstIsolate}{plain}{PopIsolate}" : plain;
    }

    /// <summary>Text that is cut where it is longer than there is room for.</summary>
    public static string Short(string text, int most)
    {
        most = Math.Max(4, most);
        string line = Clean(text).ReplaceLineEndings(" ");
        if (line.Length <= most)
            return line;
        int end = char.IsHighSurrogate(line[most - 2]) ? most - 2 : most - 1;
        return line[..end].TrimEnd() + "…" + (line[0] == FirstIsolate ? PopIsolate.ToString() : "");
    }

    private static bool IsFromRight(char c)
        => c is (>= '\u0590' and <= '\u08FF') or (>= '\uFB1D' and <= '\uFDFF') or (>= '\uFE70' and <= '\uFEFF');

    private static string ReadStyle()
    {
        using var stream = typeof(Page).Assembly.GetManifestResourceStream("Page.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
