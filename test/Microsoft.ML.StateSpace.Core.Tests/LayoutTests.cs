using System.Text.RegularExpressions;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests;

/// <summary>The folders of Core have an order in which they are read: a folder uses only those above it, and its namespace repeats its name.</summary>
public partial class LayoutTests
{
    private const string Root = "Microsoft.ML.StateSpace";
    private static readonly string Core = Repository.Path("src", "Microsoft.ML.StateSpace.Core");

    private static readonly string[] Order =
        ["Options", "Sequences", "Kernels", "Parameters", "Layers", "Losses", "Models", "Optimizers", "Training", "ModelFiles"];

    /// <summary>Options are in the root namespace, so that users need one <c>using</c>; so is the task, which is part of what they set.</summary>
    private static readonly string[] InRootNamespace = ["Options", "Sequences/SequenceTask.cs"];

    public static TheoryData<string> Files() => [.. Directory.EnumerateFiles(Core, "*.cs", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Core, file).Replace('\\', '/')).Where(file => file.Split('/')[0] is not ("bin" or "obj")).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void File_UsesOnlyFoldersAboveItsOwn(string file)
    {
        string text = File.ReadAllText(Path.Combine(Core, file));
        string folder = file.Split('/')[0];
        Assert.Contains(folder, Order);
        bool root = InRootNamespace.Contains(folder) || InRootNamespace.Contains(file);
        Assert.Equal(root ? Root : $"{Root}.{folder}", NamespaceLine().Match(text).Groups[1].Value);
        Assert.All(UsingLine().Matches(text), used => Assert.Contains(used.Groups[1].Value, Order[..Array.IndexOf(Order, folder)]));
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^using (?:static |\w+ = )?Microsoft\.ML\.StateSpace\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex UsingLine();
}
