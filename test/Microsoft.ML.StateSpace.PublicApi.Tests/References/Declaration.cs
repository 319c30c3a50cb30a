using System.Text.RegularExpressions;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.References;

/// <summary>
/// A line of a listing in the form in which compiled code refers to a member: accessors are methods, constructors are <c>.ctor</c>, names
/// of parameters and default values are gone, and generic parameters have numbers: <c>static int Sum`1(!!0[], ref int)</c>.
/// </summary>
internal static partial class Declaration
{
    private static readonly string[] Kinds = ["class", "struct", "enum", "interface", "delegate"];

    private static readonly string[] Modifiers =
        ["public", "protected", "static", "abstract", "virtual", "override", "sealed", "readonly", "const", "event"];

    /// <summary>The signature; <see langword="null"/> for lines that declare no member: a type, its bases, values of an enum.</summary>
    public static string? Signature(string type, string declaration)
    {
        List<string> words = [.. Brackets.Split(declaration, " ").TakeWhile(word => word != "where")];
        if (words[0] is not ("public" or "protected") || words.Exists(Kinds.Contains))
            return null;
        bool isStatic = words.Contains("static") || words.Contains("const");
        words.RemoveAll(Modifiers.Contains);
        var typeParameters = Brackets.Split(Brackets.Inside(Brackets.Split(type, ".")[^1], '<', '>'), ", ");
        return (isStatic ? "static " : "") + Rename(Member(words), [.. typeParameters.Select(name => name.Split(' ')[^1])], "!");
    }

    private static string Member(List<string> words)
    {
        if (words.Count > 2 && words[2].StartsWith('{'))
            return Accessor(words);
        int method = words.FindIndex(word => word.EndsWith(')') && !word.StartsWith('('));
        if (method < 0)
            return $"{Type(words[0])} {words[1]}";
        string head = words[method][..OpeningOf(words[method])], parameters = words[method][(head.Length + 1)..^1];
        if (method == 0)
            return $"void .ctor({Parameters(parameters)})";
        string result = words[0] == "ref" ? $"ref {words[method - 1]}" : words[method - 1];
        string[] generic = [.. Brackets.Split(Brackets.Inside(head, '<', '>'), ", ")];
        string name = generic.Length > 0 ? $"{head[..head.IndexOf('<')]}`{generic.Length}" : head;
        return Rename($"{Type(result)} {name}({Parameters(parameters)})", generic, "!!");
    }

    private static string Accessor(List<string> words)
    {
        string type = Type(words[0]), name = words[1], index = "";
        if (name.StartsWith("this[", StringComparison.Ordinal))
            (name, index) = ("this", Parameters(name[5..^1]));
        return words[2] == "{ get; }" ? $"{type} get_{name}({index})" : $"void set_{name}({(index.Length > 0 ? index + ", " : "")}{type})";
    }

    private static string Parameters(string list) => string.Join(", ", Brackets.Split(list, ", ").Select(parameter =>
    {
        var words = Brackets.Split(Brackets.Split(parameter, " = ")[0], " ");
        return (words[0] is "ref" or "out" or "in" ? "ref " : "") + Type(words[^2]);
    }));

    // The bracket before the parameters, in "name<T>(...)".
    private static int OpeningOf(string method)
    {
        int generic = method.IndexOf('<'), bracket = method.IndexOf('(');
        return generic >= 0 && generic < bracket ? method.IndexOf(">(", generic, StringComparison.Ordinal) + 1 : bracket;
    }

    private static string Type(string type) => TupleNames().Replace(type, "");

    private static string Rename(string text, string[] names, string mark)
    {
        for (int i = 0; i < names.Length; i++)
            text = Regex.Replace(text, $@"(?<![\w.]){names[i]}(?![\w.`(])", mark + i);
        return text;
    }

    [GeneratedRegex(@"(?<!,) \w+(?=[,)])")]
    private static partial Regex TupleNames();
}
