using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Tests.Runs;

public sealed class RunLogTests : IDisposable
{
    private static readonly RunKey Key = new("part", "Beef", "default", 1, "code", "data");

    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "runs", "log.jsonl");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(Path.GetDirectoryName(_path))!, recursive: true);

    [Fact]
    public void Runs_AreFoundByAnotherProcess()
    {
        var run = new Run(Key, [new Score("y1", 99.5, 0.25, "na 2"), new Score("y2", -3)], 1.5, 0.125);
        new RunLog(_path).Add(run);

        new RunLog(_path).Find(Key).Should().BeEquivalentTo(run);
    }

    [Fact]
    public void OtherSeed_Code_OrData_IsAnotherRun()
    {
        var log = new RunLog(_path);
        log.Add(Of(Key));

        RunKey[] others = [Key with { Seed = 2 }, Key with { Code = "new" }, Key with { Data = "new" }, Key with { Method = "ARX" }];
        others.Should().AllSatisfy(key => log.Find(key).Should().BeNull());
    }

    [Fact]
    public void LineThatWasCutOff_IsNoRun_AndSpoilsNone()
    {
        var log = new RunLog(_path);
        log.Add(Of(Key));
        log.Add(Of(Key with { Seed = 2 }));
        string text = File.ReadAllText(_path);
        File.WriteAllText(_path, text[..^20]);

        log = new RunLog(_path);
        log.Add(Of(Key with { Seed = 3 }));

        log = new RunLog(_path);
        log.Find(Key).Should().NotBeNull();
        log.Find(Key with { Seed = 2 }).Should().BeNull();
        log.Find(Key with { Seed = 3 }).Should().NotBeNull();
    }

    [Fact]
    public void Forget_LeavesTheOthers()
    {
        var log = new RunLog(_path);
        log.Add(Of(Key));
        log.Add(Of(Key with { Set = "Car" }));

        log.Forget([Key, Key with { Set = "Ham" }]);

        log.Find(Key).Should().BeNull();
        new RunLog(_path).Find(Key).Should().BeNull();
        new RunLog(_path).Find(Key with { Set = "Car" }).Should().NotBeNull();
    }

    private static Run Of(RunKey key) => new(key, [new Score("test", 0.5)], 1, 1);
}
