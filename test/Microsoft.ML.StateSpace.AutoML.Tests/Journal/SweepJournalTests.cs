using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.StateSpace.AutoML.Journal;
using Microsoft.ML.StateSpace.AutoML.Tests.Testing;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Journal;

public class SweepJournalTests
{
    private static readonly SweepHeader Header = new() { Seed = 1, Space = "s", Data = "d", Metric = "m", Rungs = 2, Factor = 3,
        Repeats = 1 };

    private static SweepTrial Trial(int configuration, double loss = 0.1, int rung = 0)
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
            Trial(1, double.NaN, 2) with { Failure = "no memory" }, Trial(2, 1, 0), Trial(2, 1, 1), Trial(2, 2, 2)])
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

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("")]
    public void Read_NamesALineThatIsNothing(string line)
    {
        using var folder = new TemporaryFolder();
        var journal = SweepJournal.Read(folder.Path);
        journal.Begin(Header);
        File.AppendAllText(journal.Path, line + "\n");
        Refusal(folder).Should().Contain("Line 2").And.Contain(journal.Path).And.Contain("Delete");

        File.WriteAllText(journal.Path, line + "\n");
        Refusal(folder).Should().Contain("Line 1").And.Contain(journal.Path).And.Contain("Delete");
    }

    [Fact]
    public void Read_MissesALineThatWasTakenOut()
    {
        using var folder = new TemporaryFolder();
        var journal = Written(folder, 4);
        string[] lines = File.ReadAllLines(journal.Path);

        File.WriteAllLines(journal.Path, [.. lines[..2], .. lines[3..]]);
        Refusal(folder).Should().Contain("Line 3");
        File.WriteAllLines(journal.Path, [lines[0], lines[2], lines[1]]);
        Refusal(folder).Should().Contain("Line 2");
    }

    /// <summary>Values that no sweep has written, with checksums that are right.</summary>
    public static TheoryData<string, SweepTrial> Forged => new()
    {
        { "Configuration", Trial(-1) },
        { "Configuration", Trial(int.MaxValue) },
        { "Rung", Trial(3, rung: -1) },
        { "Rung", Trial(3, rung: 3) },
        { "rung", Trial(3, rung: 1) },
        { "repeats", Trial(0) },
        { "Share", Trial(3) with { Share = 0 } },
        { "Share", Trial(3) with { Share = double.NaN } },
        { "Loss", Trial(3, double.PositiveInfinity) },
        { "Seconds", Trial(3) with { Seconds = -1 } },
        { "EndedAt", Trial(3) with { EndedAt = double.PositiveInfinity } },
        { "Curve", Trial(3) with { Curve = null! } },
        { "Curve", Trial(3) with { Curve = [null!] } },
        { "Curve", Trial(3) with { Curve = [new() { Epoch = -4, TrainingLoss = 0, ValidationLoss = 0, ValidationMetric = 0 }] } },
        { "Parameter", Trial(3) with { Parameter = null! } },
        { "Parameter", Trial(3) with { Parameter = Parameter.FromInt(3) } },
        { "Model", Trial(3) with { Model = "../model-3-0.zip" } },
        { "Model", Trial(3) with { Model = "/etc/passwd" } },
        { "Model", Trial(3) with { Model = "journal.jsonl" } },
        { "Model", Trial(3) with { Model = "" } },
    };

    [Theory]
    [MemberData(nameof(Forged))]
    public void Read_RefusesWhatNoSweepHasWritten(string member, SweepTrial trial)
    {
        using var folder = new TemporaryFolder();
        var journal = Written(folder, 2);
        JournalLines.Read(journal.Path, (_, _, _) => { }).Add(JsonSerializer.Serialize(trial, Settings));

        Refusal(folder).Should().Contain(member).And.Contain("Line 4").And.Contain(journal.Path).And.Contain("Delete");
    }

    public static TheoryData<SweepHeader> ForgedHeaders
        => [Header with { Rungs = 0 }, Header with { Rungs = 1_000_000_000 }, Header with { Factor = 1 }, Header with { Repeats = -1 },
            Header with { Space = null! }, Header with { Data = null! }, Header with { Metric = null! }];

    [Theory]
    [MemberData(nameof(ForgedHeaders))]
    public void Read_RefusesAHeaderThatNoSweepHas(SweepHeader header)
    {
        using var folder = new TemporaryFolder();
        string path = SweepJournal.Read(folder.Path).Path;
        JournalLines.Read(path, (_, _, _) => { }).Add(JsonSerializer.Serialize(header, Settings));

        Refusal(folder).Should().Contain("Line 1").And.Contain(path);
    }

    /// <summary>
    /// A journal that was altered anywhere is refused in words. Where only its end is gone, it is that of a sweep that was killed.
    /// STATESPACE_MUTATIONS sets how many are tried.
    /// </summary>
    [Fact]
    public void AlteredJournals_GiveWhatWasWritten_OrAreRefused()
    {
        const int Usual = 2000;
        int mutations = int.TryParse(Environment.GetEnvironmentVariable("STATESPACE_MUTATIONS"), out int asked) ? asked : Usual;
        using var folder = new TemporaryFolder();
        var journal = Written(folder, 6);
        string[] written = [.. journal.Trials.Select(trial => JsonSerializer.Serialize(trial, Settings))];
        byte[] whole = File.ReadAllBytes(journal.Path);
        var random = new Random(16);
        int refused = 0;
        for (int i = 0; i < mutations; i++)
        {
            File.WriteAllBytes(journal.Path, Mutate(whole, random));
            try
            {
                var read = SweepJournal.Read(folder.Path);
                if (read.Header is not null)
                    read.Header.Should().Be(Header);
                string[] trials = [.. read.Trials.Select(trial => JsonSerializer.Serialize(trial, Settings))];
                trials.Should().Equal(written[..trials.Length], "mutation {0}", i);
            }
            catch (InvalidDataException e)
            {
                refused++;
                e.Message.Should().Contain(journal.Path).And.Contain("Line ").And.Contain("Delete", "mutation {0}", i);
            }
        }
        refused.Should().BeGreaterThan(mutations / 2);
    }

    private static readonly JsonSerializerOptions Settings = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private static byte[] Mutate(byte[] whole, Random random)
    {
        byte[] bytes = [.. whole];
        int at = random.Next(bytes.Length), length = random.Next(1, Math.Min(64, bytes.Length - at) + 1);
        switch (random.Next(6))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                random.NextBytes(bytes.AsSpan(at, length));
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 4:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            default:
                return [.. bytes[..at], .. "null\n"u8, .. bytes[at..]];
        }
    }

    private static SweepJournal Written(TemporaryFolder folder, int trials)
    {
        var journal = SweepJournal.Read(folder.Path);
        journal.Begin(Header);
        for (int i = 0; i < trials; i++)
            journal.Add(Trial(i, 1 - 0.1 * i));
        return journal;
    }

    private static string Refusal(TemporaryFolder folder)
        => Invoking(() => SweepJournal.Read(folder.Path)).Should().ThrowExactly<InvalidDataException>().Which.Message;
}
