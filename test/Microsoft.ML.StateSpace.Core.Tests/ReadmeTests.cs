using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests;

public class ReadmeTests
{
    [Fact]
    public void Example_IsTextOfTheSample()
    {
        const string Fence = "```csharp\n";
        string readme = Read("README.md");
        int start = readme.IndexOf(Fence, StringComparison.Ordinal) + Fence.Length;
        string example = readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)];

        Read("samples", "SequenceClassification", "Program.cs").Should().Contain(example);
    }

    private static string Read(params string[] parts) => File.ReadAllText(Repository.Path(parts)).ReplaceLineEndings("\n");
}
