using Microsoft.ML.StateSpace.Accuracy.Parts;
using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Tests.Parts;

public sealed class SessionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly StringWriter _output = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void InterruptedRun_GoesOn_AndAChangedLibraryStartsAnew()
    {
        var part = new Counting();
        NewSession().Run(part, ["a"], write: null);
        part.Made.Should().Equal("a 1", "a 2");

        NewSession().Run(part, ["a", "b"], write: null);
        part.Made.Should().Equal("a 1", "a 2", "b 1", "b 2");

        part.Code = "changed";
        NewSession().Run(part, ["a"], write: null);
        part.Made.Should().Equal("a 1", "a 2", "b 1", "b 2", "a 1", "a 2");

        var restarted = NewSession();
        restarted.Forget(part, ["a"]);
        restarted.Run(part, ["a", "b"], write: null);
        part.Made[6..].Should().Equal("a 1", "a 2", "b 1", "b 2");
    }

    [Fact]
    public void Table_IsWrittenAfterEachSet_OfAllThatIsFinished()
    {
        var tables = new List<string>();
        NewSession().Run(new Counting(), ["a", "b"], tables.Add);
        tables.Should().Equal("a,b: 2 runs", "a,b: 4 runs");
    }

    [Fact]
    public void FailedSet_IsCounted_AndMadeAgainTheNextTime()
    {
        var part = new Counting { Failing = "a" };
        var session = NewSession();
        session.Run(part, ["a", "b"], write: null);
        session.Failures.Should().Be(2);
        part.Made.Should().Equal("b 1", "b 2");
        _output.ToString().Should().Contain("a, default, seed 1: failed.").And.Contain("No such thing.");

        part.Failing = "";
        NewSession().Run(part, ["a", "b"], write: null);
        part.Made.Should().Equal("b 1", "b 2", "a 1", "a 2");
    }

    private Session NewSession() => new(new RunLog(Path.Combine(_folder, "log.jsonl")), seeds: 2, _output);

    private sealed class Counting() : Part("counting", "Counting", ["a", "b"])
    {
        public string Code { get; set; } = "code";

        public string Failing { get; set; } = "";

        public List<string> Made { get; } = [];

        public override IReadOnlyList<Measurement> Measurements(string set, int seeds)
            => [.. Enumerable.Range(1, seeds).Select(seed => new Measurement(new RunKey(Heading, set, Ours.Method, seed, Code, ""), Make))];

        public override string Table(IReadOnlyList<string> sets, IReadOnlyList<Run> runs) => $"{string.Join(",", sets)}: {runs.Count} runs";

        private Run Make(RunKey key)
        {
            if (key.Set == Failing)
                throw new InvalidOperationException("No such thing.");
            Made.Add($"{key.Set} {key.Seed}");
            return new Run(key, [new Score("test", 1)], 0, 0);
        }
    }
}
