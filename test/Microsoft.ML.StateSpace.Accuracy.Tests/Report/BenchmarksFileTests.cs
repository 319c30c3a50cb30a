using Microsoft.ML.StateSpace.Accuracy.Report;

namespace Microsoft.ML.StateSpace.Accuracy.Tests.Report;

public sealed class BenchmarksFileTests
{
    private const string Others = "# Benchmarks\n\n## One layer\n\nfast\n\n## Sweeps\n\nworth it\n";

    [Fact]
    public void Part_IsWrittenBehindTheOthers_ThenInItsPlace()
    {
        string one = BenchmarksFile.With(Others, "Classes", "as before\n"), two = BenchmarksFile.With(one, "Plants", "levels\n");
        string again = BenchmarksFile.With(two, "Classes", "new\n");

        one.Should().StartWith(Others).And.Contain("## Accuracy of the defaults").And.Contain("### Classes\n\nas before\n");
        again.Should().Be(two.Replace("as before", "new"));
        BenchmarksFile.With(again, "Classes", "new\n").Should().Be(again);
        (again + "## More\n").Should().Be(BenchmarksFile.With(two + "## More\n", "Classes", "new\n"));
    }

    [Fact]
    public void Section_WithoutItsEnd_IsRefused()
        => Invoking(() => BenchmarksFile.With(Others + BenchmarksFile.Begin, "Classes", "")).Should().Throw<InvalidDataException>();

    [Theory]
    [InlineData("## Sweeps")]
    [InlineData("## There are no sweeps")]
    public void Bench_KeepsTheSection_AndTheSectionKeepsWhatBenchWrites(string sweeps)
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, Others);
        BenchmarksFile.Write(path, "Classes", "accurate\n");

        var report = new Benchmarks.Compare.Report("# Benchmarks\n");
        report.Say("faster");
        report.Save(path, sweeps, BenchmarksFile.Begin);
        BenchmarksFile.Write(path, "Classes", "more accurate\n");

        string text = File.ReadAllText(path);
        text.Should().StartWith("# Benchmarks\nfaster\n").And.NotContain("## One layer").And.Contain("### Classes\n\nmore accurate\n");
        text.Contains("worth it").Should().Be(sweeps == "## Sweeps");
        text.Split(BenchmarksFile.Begin).Should().HaveCount(2);
        File.Delete(path);
    }
}
