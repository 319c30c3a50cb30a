using System.Text.RegularExpressions;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.ModelFiles;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string Target => Path.Combine(_folder, "deeper", "file");

    [Fact]
    public void Write_MakesTheFolder_AndLeavesNothingBeside()
    {
        AtomicFile.Write(Target, stream => stream.Write("one"u8));
        AtomicFile.Write(Target, stream => stream.Write("two"u8));

        File.ReadAllText(Target).Should().Be("two");
        Directory.GetFiles(Path.GetDirectoryName(Target)!).Should().Equal(Target);
    }

    [Fact]
    public void Write_ThatFails_LeavesTheOldFile_AndNothingBeside()
    {
        AtomicFile.Write(Target, stream => stream.Write("old"u8));

        Invoking(() => AtomicFile.Write(Target, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new IOException("No space left on device");
        })).Should().ThrowExactly<IOException>().WithMessage("No space left*");

        File.ReadAllText(Target).Should().Be("old");
        Directory.GetFiles(Path.GetDirectoryName(Target)!).Should().Equal(Target);
    }

    [Fact]
    public void Write_OfTheFirstFile_ThatFails_LeavesNone()
    {
        Invoking(() => AtomicFile.Write(Target, _ => throw new IOException())).Should().ThrowExactly<IOException>();

        Directory.GetFiles(Path.GetDirectoryName(Target)!).Should().BeEmpty();
    }

    [Fact]
    public void Writers_OfOneFile_DoNotMeet()
    {
        AtomicFile.Write(Target, outer =>
        {
            outer.Write("outer"u8);
            AtomicFile.Write(Target, inner => inner.Write("inner"u8));
            AtomicFile.RemoveLeftovers(Target); // the outer writer is at work, so its file is no leftover
            File.ReadAllText(Target).Should().Be("inner");
        });

        File.ReadAllText(Target).Should().Be("outer");
    }

    [Fact]
    public void RemoveLeftovers_DeletesWhatAKilledWriterLeft_AndNothingElse()
    {
        AtomicFile.Write(Target, stream => stream.Write("old"u8));
        File.WriteAllText(Target + ".0123.next", "half");
        File.WriteAllText(Target + "2.0123.next", "of another file");

        AtomicFile.RemoveLeftovers(Target);

        Directory.GetFiles(Path.GetDirectoryName(Target)!).Should().BeEquivalentTo(Target, Target + "2.0123.next");
    }

    [Fact]
    public void RequireWritable_RefusesAFolder_AndWhatIsBelowAFile()
    {
        AtomicFile.Write(Target, stream => stream.Write("old"u8));

        Invoking(() => AtomicFile.RequireWritable(_folder)).Should().Throw<IOException>();
        Invoking(() => AtomicFile.RequireWritable(Path.Combine(Target, "below"))).Should().Throw<IOException>();
        Invoking(() => AtomicFile.RequireWritable(Target)).Should().NotThrow();
        Directory.GetFiles(Path.GetDirectoryName(Target)!).Should().Equal(Target);
    }

    /// <summary>
    /// Whatever writes a file does it by way of <see cref="AtomicFile"/>. The exceptions are a journal and event files, which grow line by
    /// line, and locks, which hold nothing. A writer of text over a stream that it was given writes no file by itself.
    /// </summary>
    [Fact]
    public void NothingElseWritesFiles()
    {
        string source = Path.Combine(Repository.Root, "src");
        var writes = new Regex(@"(?<!\w)File\.(Create|Write|Append|OpenWrite)|new (FileStream\(|StreamWriter\((?!stream\b))");

        string[] others = ["AtomicFile.cs", "SweepJournal.cs", "JournalLines.cs", "FileLock.cs", "EventFile.cs", "RunFolder.cs"];
        Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
            .Where(file => !others.Contains(Path.GetFileName(file)))
            .Where(file => File.ReadLines(file).Any(writes.IsMatch))
            .Should().BeEmpty();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
