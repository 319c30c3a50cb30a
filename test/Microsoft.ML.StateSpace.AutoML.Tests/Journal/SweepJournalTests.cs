using Microsoft.ML.SearchSpace;
using Microsoft.ML.StateSpace.AutoML.Tests.Testing;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Journal;

public class SweepJournalTests
{
    private static readonly SweepHeader Header = new() { Seed = 1, Space = "s", Data = "d", Metric = "m", Rungs = 2, Factor = 3,
        Repeats = 1 };

    private static SweepTrial Trial(int configuration, double loss = 0.1, int rung = 1)
    {
        var parameter = Parameter.CreateNestedParameter();
        parameter["LearningRate"] = Parameter.FromDouble(0.1 + 0.2);
        return new()
        {
            Configuration = configuration, Rung = rung, Share = 1 / 3.0, Parameter = parameter, Loss = loss, Metric = -loss, Seconds = 2,
            EndedAt = 3,
            Curve = [new() { Epoch = 1, TrainingLoss = 0.3, ValidationLoss = double.NaN, ValidationMetric = double.NaN }],
        };
    }

    [Fact]
    public void Read_GivesBackWhatWasWritten()
    {
        using var folder = new TemporaryFolder();
        var journal = SweepJournal.Read(folder.Path);
        journal.Begin(Header);
        journal.Add(Trial(0));
        journal.Add(Trial(1, double.NaN) with { Failure = "no memory" });

        var again = SweepJournal.Read(folder.Path);

        again.Header.Should().Be(Header);
        again.Trials.Select(t => t.Configuration).Should().Equal(0, 1);
        again.Trials[0].Parameter["LearningRate"].AsType<double>().Should().Be(0.1 + 0.2);
        again.Trials[0].Curve[0].ValidationLoss.Should().Be(double.NaN);
        again.Trials[1].Failure.Should().Be("no memory");
        (again.Best?.Configuration).Should().Be(0);
    }

    [Fact]
    public void Leaders_AreAtTheHighestRungOnceThereIsOne()
    {
        using var folder = new TemporaryFolder();
        var journal = SweepJournal.Read(folder.Path);
        journal.Begin(Header);

        // Configuration 0 leads while it climbs the rungs, whatever its loss. Once it is at the top, only a configuration that gets there
        // too can take its place: that is 2.
        foreach (var trial in (SweepTrial[])[Trial(0, 5, 0), Trial(0, 3, 1), Trial(0, 3.5, 2), Trial(1, 1, 0), Trial(1, 2, 1),
            Trial(1, double.NaN, 2) with { Failure = "no memory" }, Trial(2, 2, 2)])
            journal.Add(trial);

        journal.Leaders.Select(t => t.Loss).Should().Equal(5, 3, 3.5, 2);
        journal.Leaders.Select(t => t.Configuration).Should().Equal(0, 0, 0, 2);
        SweepJournal.Read(folder.Path).Leaders.Select(t => t.Loss).Should().Equal(journal.Leaders.Select(t => t.Loss));
        journal.Best.Should().Be(journal.Leaders[^1]);
    }

    [Fact]
    public void ALineThatWasNotFinished_IsNoLine()
    {
        using var folder = new TemporaryFolder();
        var journal = SweepJournal.Read(folder.Path);
        journal.Begin(Header);
        journal.Add(Trial(0));
        File.AppendAllText(journal.Path, """{"Configuration":1,"Ru""");

        var again = SweepJournal.Read(folder.Path);
        again.Trials.Should().ContainSingle();
        again.Begin(Header);
        again.Add(Trial(2));

        SweepJournal.Read(folder.Path).Trials.Select(t => t.Configuration).Should().Equal(0, 2);
    }

    [Fact]
    public void Begin_RefusesTheJournalOfAnotherSweep()
    {
        using var folder = new TemporaryFolder();
        SweepJournal.Read(folder.Path).Begin(Header);

        var e = Invoking(() => SweepJournal.Read(folder.Path).Begin(Header with { Metric = "other" }))
            .Should().ThrowExactly<InvalidOperationException>().Which;

        e.Message.Should().Contain("another sweep");
    }

    [Fact]
    public void Read_NamesADamagedLine()
    {
        using var folder = new TemporaryFolder();
        var journal = SweepJournal.Read(folder.Path);
        journal.Begin(Header);
        File.AppendAllText(journal.Path, "nonsense\n");

        Invoking(() => SweepJournal.Read(folder.Path))
            .Should().ThrowExactly<InvalidDataException>().Which.Message.Should().Contain("Line 2");
    }
}
