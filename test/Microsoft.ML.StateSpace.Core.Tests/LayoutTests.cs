using System.Text.RegularExpressions;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests;

/// <summary>
/// The folders of Core have an order in which they are read. A file uses only folders before its own, and its namespace is that of its top
/// folder. Kernels and Layers have rooms, which have an order too: a file mentions no type of a later room.
/// </summary>
public partial class LayoutTests
{
    private const string Root = "Microsoft.ML.StateSpace";
    private static readonly string Core = Repository.Path("src", "Microsoft.ML.StateSpace.Core");

    private static readonly string[] Order =
    [
        "Options", "Kernels", "Parameters", "Layers", "Definitions", "Tasks", "Sequences", "Optimizers", "Execution", "Models", "Analysis",
        "Training", "ModelFiles",
    ];

    private static readonly Dictionary<string, string[]> Rooms = new()
    {
        ["Kernels"] = ["Lanes", "Products", "RowWise", "Fourier", "Diagonal", "PerChannel", "Selective", "Attention", "Certified", "Bank"],
        ["Layers"] = ["Contract", "RowWise", "Combine", "Diagonal", "PerChannel", "Selective", "Attention", "Certified", "Bank"],
    };

    /// <summary>
    /// Options are in the root namespace, so that users need one <c>using</c>. So is the task, which is part of what they set.
    /// </summary>
    private static readonly string[] InRootNamespace = ["Options", "Tasks/SequenceTask.cs"];

    private static readonly string[] Sources = [.. Directory.EnumerateFiles(Core, "*.cs", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Core, file).Replace('\\', '/'))
        .Where(file => file.Split('/')[0] is not ("bin" or "obj")).Order(StringComparer.Ordinal)];

    /// <summary>In which room each type of Kernels and of Layers is declared.</summary>
    private static readonly Dictionary<(string Folder, string Type), string> Homes = (
        from file in Sources
        let path = file.Split('/')
        where Rooms.ContainsKey(path[0]) && path.Length == 3
        from Match type in Declaration().Matches(Read(file))
        select (Key: (path[0], type.Groups[1].Value), Room: path[1])).DistinctBy(home => home.Key)
        .ToDictionary(home => home.Key, home => home.Room);

    public static TheoryData<string> Files() => [.. Sources];

    public static TheoryData<string> FilesInRooms() => [.. Sources.Where(file => Rooms.ContainsKey(file.Split('/')[0]))];

    [Theory]
    [MemberData(nameof(Files))]
    public void File_UsesOnlyFoldersAboveItsOwn(string file)
    {
        string text = Read(file), folder = file.Split('/')[0];
        Order.Should().Contain(folder);
        bool root = InRootNamespace.Contains(folder) || InRootNamespace.Contains(file);
        NamespaceLine().Match(text).Groups[1].Value.Should().Be(root ? Root : $"{Root}.{folder}");
        UsingLine().Matches(text).Select(used => used.Groups[1].Value).Should().BeSubsetOf(Order[..Array.IndexOf(Order, folder)]);
    }

    [Theory]
    [MemberData(nameof(FilesInRooms))]
    public void File_StandsInARoomAndUsesOnlyRoomsAboveItsOwn(string file)
    {
        string[] path = file.Split('/'), rooms = Rooms[path[0]];
        path.Length.Should().Be(3);
        rooms.Should().Contain(path[1]);
        int own = Array.IndexOf(rooms, path[1]);
        Mention().Matches(Comment().Replace(Read(file), "")).Select(mention => mention.Value).Distinct()
            .Where(name => Homes.TryGetValue((path[0], name), out string? room) && Array.IndexOf(rooms, room) > own)
            .Should().BeEmpty("a room uses only rooms above its own");
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Core, file));

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^using (?:static |\w+ = )?Microsoft\.ML\.StateSpace\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"^internal [\w ]*\b(?:class|struct|interface|enum|record)\s+(?:struct\s+)?(\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex("//.*")]
    private static partial Regex Comment();

    // The name of a type. A name that follows a dot is a member.
    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*")]
    private static partial Regex Mention();
}
