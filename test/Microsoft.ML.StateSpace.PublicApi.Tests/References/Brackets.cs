namespace Microsoft.ML.StateSpace.PublicApi.Tests.References;

/// <summary>Splits declarations where a separator stands outside of all brackets.</summary>
internal static class Brackets
{
    public static List<string> Split(string text, string separator)
    {
        var parts = new List<string>();
        int depth = 0, start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] is '<' or '(' or '[' or '{' ? 1 : text[i] is '>' or ')' or ']' or '}' ? -1 : 0;
            if (depth == 0 && text.AsSpan(i).StartsWith(separator))
            {
                parts.Add(text[start..i]);
                start = i + separator.Length;
                i = start - 1;
            }
        }
        if (start < text.Length)
            parts.Add(text[start..]);
        return parts;
    }

    /// <summary>What stands between the first opening bracket and the one that closes it, which must be the last of its kind.</summary>
    public static string Inside(string text, char open, char close)
    {
        int first = text.IndexOf(open), last = text.LastIndexOf(close);
        return first < 0 ? "" : text[(first + 1)..last];
    }

    /// <summary>A type's name with its arguments counted instead of named: <c>A.B`2</c> of <c>A.B&lt;int, string&gt;</c>.</summary>
    public static string CountArguments(string type)
    {
        var segments = Split(type, ".").Select(segment => segment.Contains('<')
            ? $"{segment[..segment.IndexOf('<')]}`{Split(Inside(segment, '<', '>'), ", ").Count}" : segment);
        return string.Join('.', segments);
    }
}
