using System.Diagnostics;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

public sealed class FileLockTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string Place => Path.Combine(_folder, "deeper", "place");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void TheSecond_IsToldWhoTheFirstIs()
    {
        using var process = Process.GetCurrentProcess();
        using var first = FileLock.Take(Place, owner => owner);

        Invoking(() => FileLock.Take(Place, owner => $"taken by {owner}!"))
            .Should().ThrowExactly<InvalidOperationException>().Which.Message
            .Should().StartWith("taken by process").And.Contain($" {process.Id} ").And.Contain(process.ProcessName);
    }

    [Fact]
    public void APlaceThatWasLeft_IsFree_AndNothingStaysBehind()
    {
        FileLock.Take(Place, owner => owner).Dispose();
        using (FileLock.Take(Place, owner => owner))
            Directory.GetFiles(Path.GetDirectoryName(Place)!).Should().HaveCount(2);
        Directory.GetFiles(Path.GetDirectoryName(Place)!).Should().BeEmpty();
    }

    /// <summary>The files that a killed process leaves behind are held by nobody.</summary>
    [Fact]
    public void FilesOfADeadProcess_AreNoObstacle()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Place)!);
        File.WriteAllText(Place + ".lock", "");
        File.WriteAllText(Place + ".owner", "process 1, long dead");

        using var taken = FileLock.Take(Place, owner => owner);

        File.ReadAllText(Place + ".owner").Should().NotContain("dead");
    }

    [Fact]
    public void AFolderThatIsAFile_IsNoOtherProcess()
    {
        File.WriteAllText(Path.Combine(_folder, "deeper"), "");
        Invoking(() => FileLock.Take(Place, owner => owner)).Should().Throw<IOException>();
    }
}
