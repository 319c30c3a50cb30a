using Microsoft.ML.SearchSpace;
using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.AutoML.Journal;

namespace Microsoft.ML.StateSpace.Grains.Tests.Sweeps;

/// <summary>Who trains what, without a cluster and without a clock.</summary>
public sealed class SweepBoardTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly SweepTerms Terms = new("run", 1, "process 1");

    private readonly ManualTime _time = new();
    private SweepBoard _board;

    public SweepBoardTests()
    {
        string header = new JournalChain().Seal(JournalRecords.Write(new SweepHeader
        {
            Seed = 1, Space = "space", Data = "data", Metric = "metric", Rungs = 3, Factor = 3, Repeats = 1,
        }));
        _board = new("tiny", new(), [], Timeout, _time);
        _board.Open(Terms, 0, [header]).Should().BeNull();
    }

    [Fact]
    public void Next_HandsNothingOutTwice()
        => Enumerable.Range(0, 50).Select(i => Step(_board.Next($"worker {i}", 0))).Should().OnlyHaveUniqueItems();

    [Fact]
    public void Next_AskedAgain_HandsTheSameOut()
        => Step(_board.Next("a", 0)).Should().Be(Step(_board.Next("a", 0)));

    [Fact]
    public void Next_PromotesWhoeverIsTheBest_AsSoonAsOneHasEnded()
    {
        _board.Next("a", 0);
        _board.Next("b", 0);
        Finish("b", 1, 0, loss: 0.5);
        Step(_board.Next("b", 0)).Should().Be((1, 1));
        Step(_board.Next("c", 0)).Should().Be((2, 0), "what another works on is not begun again");
    }

    [Fact]
    public void ASilentWorker_IsGivenUp_AndItsTrialGoesOnWithItsParameter()
    {
        _board.Next("a", 0);
        _board.Propose("a", "{}");
        _time.Pass(Timeout / 2);
        Step(_board.Next("b", 0)).Should().Be((1, 0));
        _time.Pass(Timeout / 2 + TimeSpan.FromTicks(1));
        _board.Beat("b", 1, 0).Should().Be(WorkerOrder.GoOn);
        _board.Watch(1, 0);
        _board.Next("c", 0).Trial.Should().Be(new HeldTrial(0, 0, "c", "{}"));

        _board.Beat("a", 0, 0).Should().Be(WorkerOrder.LeaveTrial);
        Finish("a", 0, 0, loss: 0.1).Should().Be(TrialReceipt.Refused);
        _board.Lines.Should().HaveCount(1, "what it brings is refused");
        Finish("c", 0, 0, loss: 0.1).Should().Be(TrialReceipt.WrittenWithModel);
    }

    [Fact]
    public void Finish_MadeAgain_WritesOneLine()
    {
        _board.Next("a", 0);
        Finish("a", 0, 0, loss: 0.1).Should().Be(TrialReceipt.WrittenWithModel);
        Finish("a", 0, 0, loss: 0.1).Should().Be(TrialReceipt.WrittenWithModel);
        _board.Lines.Should().HaveCount(2);
    }

    [Fact]
    public void Finish_OfATrialThatDoesNotLead_KeepsNoModel()
    {
        _board.Next("a", 0);
        _board.Next("b", 0);
        Finish("a", 0, 0, loss: 0.1).Should().Be(TrialReceipt.WrittenWithModel);
        Finish("b", 1, 0, loss: 0.2).Should().Be(TrialReceipt.Written);
        JournalRecords.Read<SweepTrial>(_board.Lines[2])!.Model.Should().BeNull();
    }

    [Fact]
    public void AnOwnerThatIsSilent_EndsTheRun()
    {
        _board.IsOpen("run").Should().BeTrue();
        _time.Pass(Timeout + TimeSpan.FromTicks(1));
        _board.IsOpen("run").Should().BeFalse();
    }

    [Fact]
    public void ARunThatGoesOn_IsNotRunTwice()
        => _board.Open(Terms with { Run = "other" }, 1, []).Should().Contain("is being run by process 1");

    [Fact]
    public void WithoutWorkers_TheOwnerIsTold_OnceATimeout()
    {
        _board.Watch(1, 0).Errors.Should().BeEmpty();
        _time.Pass(Timeout + TimeSpan.FromTicks(1));
        _board.Watch(1, 0).Errors.Should().ContainSingle().Which.Should().StartWith("Nobody trains for the sweep 'tiny'");
        _board.Watch(1, 1).Errors.Should().BeEmpty();
    }

    [Fact]
    public void WhatIsKept_IsEnoughToGoOn()
    {
        _board.Next("a", 0);
        _board.Next("b", 0);
        Finish("a", 0, 0, loss: 0.1);
        _board.Next("a", 0);
        _board = new("tiny", _board.Memory, [.. _board.Lines], Timeout, _time);

        Step(_board.Next("b", 0)).Should().Be((1, 0));
        Step(_board.Next("c", 0)).Should().Be((2, 0), "worker a is at work on (0, 1)");
        Finish("c", 2, 0, loss: 0.3);
        _time.Pass(Timeout + TimeSpan.FromTicks(1));
        _board.Beat("b", 1, 0);
        Step(_board.Next("c", 0)).Should().Be((0, 1), "worker a was not heard of");
    }

    [Fact]
    public void ARunThatIsOpenedAgain_StillSaysWhichTrialsLackedMemory()
    {
        _board.Next("a", 0);
        Finish("a", 0, 0, loss: double.NaN, isOutOfMemory: true);
        _time.Pass(Timeout + TimeSpan.FromTicks(1));
        _board.IsOpen(Terms.Run).Should().BeFalse("its owner was not heard of");
        _board.Open(Terms with { Run = "again" }, 2, []);
        _board.Watch(1, 0).OutOfMemory.Should().Equal((0, 0));
        _board = new("tiny", _board.Memory, [.. _board.Lines], Timeout, _time);
        _board.Watch(1, 0).OutOfMemory.Should().Equal((0, 0));
    }

    [Fact]
    public void WhereCheckpointsAreTheOwners_NothingIsHandedOutBeforeItHasWrittenAllDown()
    {
        _board.Close();
        _board.Open(Terms with { WaitsForOwner = true }, 1, []);
        _board.Next("a", 0).Trial.Should().BeNull();
        _board.Watch(1, 0);
        Step(_board.Next("a", 0)).Should().Be((0, 0));
        Finish("a", 0, 0, loss: 0.1);
        _board.Next("a", 0).Trial.Should().BeNull();
        _board.Watch(2, 0);
        Step(_board.Next("a", 0)).Should().Be((0, 1));
    }

    private static (int, int) Step(TrialTask task) => (task.Trial!.Configuration, task.Trial.Rung);

    private TrialReceipt Finish(string worker, int configuration, int rung, double loss, bool isOutOfMemory = false)
    {
        var trial = new SweepTrial
        {
            Configuration = configuration, Rung = rung, Share = 1.0 / 9, Parameter = Parameter.CreateNestedParameter(), Loss = loss,
            Metric = loss, Seconds = 1, EndedAt = 0, Curve = [],
        };
        return _board.Finish(worker, JournalRecords.Write(trial with { Model = JournalCheck.FileOf(trial) }), isOutOfMemory);
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Pass(TimeSpan time) => _now += time.Ticks;
    }
}
