using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests;

/// <summary>What .editorconfig says and no compiler checks.</summary>
public class SourceStyleTests
{
    /// <summary>As in .editorconfig: so many characters stand side by side in a review.</summary>
    private const int MaximumLineLength = 140;

    [Theory]
    [InlineData("src")]
    [InlineData("test")]
    [InlineData("samples")]
    [InlineData("build")]
    public void Lines_AreNotTooLong(string folder)
    {
        var files = Directory.EnumerateFiles(Repository.Path(folder), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Intersect(["bin", "obj"]).Any()).Order(StringComparer.Ordinal);

        var tooLong = files.SelectMany(file => File.ReadLines(Repository.Path(file))
            .Select((line, index) => (Place: $"{file}:{index + 1}", line.Length))
            .Where(line => line.Length > MaximumLineLength)
            .Select(line => $"{line.Place} has {line.Length} characters"));

        string.Join("\n", tooLong).Should().BeEmpty("a line has at most {0} characters", MaximumLineLength);
    }

    [Fact]
    public void EditorConfig_SaysTheSame()
        => File.ReadAllText(Repository.Path(".editorconfig")).Should().Contain($"max_line_length = {MaximumLineLength}");
}
