using System.Text.RegularExpressions;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests;

/// <summary>The documents do not rot: their C# is code that the suite compiles, and their links lead to files that are there.</summary>
public partial class DocumentationTests
{
    /// <summary>The code that documents quote. Tests run the samples and what is a test in the folder of snippets.</summary>
    private static readonly string[] Sources =
    [
        Read("samples/SequenceClassification/Program.cs"),
        .. Directory.EnumerateFiles(Repository.Path("test", "Microsoft.ML.StateSpace.PublicApi.Tests", "Documentation"), "*.cs")
            .Select(Read),
    ];

    private static readonly string[] Documents = [.. Files("*.md"), .. Files("docs/*.md"), "src/Microsoft.ML.StateSpace/Interop/README.md"];

    public static TheoryData<string> DocumentNames() => [.. Documents];

    /// <summary>A block may stand deeper in the code than in the document. Otherwise every character counts.</summary>
    [Theory]
    [MemberData(nameof(DocumentNames))]
    public void Blocks_AreTextOfCodeThatIsCompiled(string document)
        => Blocks(document).Where(block => !Sources.Any(source => Deeper(block).Any(source.Contains))).Should().BeEmpty();

    [Fact]
    public void Readme_HasBlocks() => Blocks("README.md").Should().HaveCountGreaterThan(2);

    [Theory]
    [MemberData(nameof(DocumentNames))]
    public void Links_LeadToWhatIsThere(string document)
        => Links(document).Where(link => !link.Contains(':') && !LeadsSomewhere(document, link)).Should().BeEmpty();

    private static bool LeadsSomewhere(string document, string link)
    {
        string[] parts = link.Split('#');
        string target = parts[0] == "" ? document : Path.Combine(Path.GetDirectoryName(document)!, parts[0]);
        return Path.Exists(Repository.Path(target)) && (parts.Length == 1 || Headings(target).Contains(parts[1]));
    }

    /// <summary>The names that the headings of a document have in links, as GitHub makes them.</summary>
    private static IEnumerable<string> Headings(string document)
        => Heading().Matches(Read(document))
            .Select(heading => NotInNames().Replace(heading.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    private static IEnumerable<string> Blocks(string document) => Block().Matches(Read(document)).Select(block => block.Groups[1].Value);

    private static IEnumerable<string> Links(string document)
        => Link().Matches(Fenced().Replace(Read(document), "")).Select(link => link.Groups[1].Value);

    private static IEnumerable<string> Deeper(string block)
        => Enumerable.Range(0, 4).Select(depth => "\n" + LineWithText().Replace(block, new string(' ', 4 * depth)));

    private static IEnumerable<string> Files(string pattern)
        => Directory.EnumerateFiles(Repository.Path(Path.GetDirectoryName(pattern)!), Path.GetFileName(pattern))
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal);

    private static string Read(string path) => File.ReadAllText(Repository.Path(path)).ReplaceLineEndings("\n");

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInNames();

    [GeneratedRegex("^(?=.)", RegexOptions.Multiline)]
    private static partial Regex LineWithText();
}
