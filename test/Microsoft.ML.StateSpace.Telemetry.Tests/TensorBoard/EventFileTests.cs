using System.Text;

namespace Microsoft.ML.StateSpace.Telemetry.Tests.TensorBoard;

/// <summary>What is in the files, read by a reader that shares nothing with their writer.</summary>
public sealed class EventFileTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, 250, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reader_KnowsThePublishedChecksum()
        => EventReader.Checksum(Encoding.ASCII.GetBytes("123456789")).Should().Be(0xE3069283, "that is the check value of CRC-32C");

    [Fact]
    public void File_BeginsWithItsVersionAndHasNoNameOfTheMachine()
    {
        Write(Reports.Epoch(1));

        string file = _folder.Files("run").Should().ContainSingle().Which;
        Path.GetFileName(file).Should().Be($"events.out.tfevents.{Now.ToUnixTimeSeconds()}.state-space.000");
        EventReader.Read(file).First().FileVersion.Should().Be("brain.Event:2");
        File.ReadAllText(file, Encoding.Latin1).Should().NotContain(Environment.MachineName);
    }

    [Fact]
    public void Epoch_IsAPointOfEachCurve()
    {
        Write(Reports.Epoch(4) with
        {
            TrainingLoss = 0.5, ValidationLoss = 0.75, MetricName = "fit %", ValidationMetric = 87.5, SequencesPerSecond = 1234,
        });

        var epoch = _folder.Events("run")[^1];
        epoch.Step.Should().Be(4);
        epoch.WallTime.Should().Be(Now.ToUnixTimeMilliseconds() / 1000.0);
        epoch.Values.Select(value => (value.Tag, value.Scalar)).Should().Equal(
            ("loss/train", 0.5f), ("loss/validation", 0.75f), ("metric/fit_percent", 87.5f), ("speed/sequences_per_second", 1234f));
    }

    [Fact]
    public void Epoch_WithoutValidationHasNoPointsOfIt()
    {
        Write(Reports.Epoch(1) with { ValidationLoss = double.NaN, ValidationMetric = double.NaN });

        _folder.Events("run")[^1].Values.Select(value => value.Tag).Should().Equal("loss/train", "speed/sequences_per_second");
    }

    [Fact]
    public void Options_AreATextAndARowOfTheTableOfRuns()
    {
        Write(Reports.Epoch(1) with
        {
            Task = SequenceTask.Tagging,
            Architecture = new S5Options { Layers = 3, Bidirectional = true },
            Options = new TrainingOptions { LearningRate = 0.25, ClassWeights = [1, 2] },
        });

        var values = _folder.Events("run").SelectMany(found => found.Values).ToArray();
        string text = _folder.Texts("run", "options").Single();
        text.Should().StartWith("| option | value |\n|---|---|\n| Task | Tagging |\n").And
            .Contain("| Architecture.core | S5 |\n").And.Contain("| Architecture.Layers | 3 |\n").And
            .Contain("| Architecture.Bidirectional | True |\n").And
            .Contain("| Training.LearningRate | 0.25 |\n").And.Contain("| Training.ClassWeights[1] | 2 |\n").And.NotContain("Patience");
        var row = values.Single(value => value.Plugin == "hparams");
        (row.Tag, row.DataClass).Should().Be(("_hparams_/session_start_info", 2));
        var session = row.Content!.Message(3)!;
        session.Double(5).Should().Be(Now.ToUnixTimeMilliseconds() / 1000.0);
        var hparams = session.Messages(1).ToDictionary(entry => entry.Text(1)!, entry => entry.Message(2)!);
        hparams["Task"].Text(3).Should().Be("Tagging");
        hparams["Architecture.Layers"].Double(2).Should().Be(3);
        hparams["Architecture.Bidirectional"].Integer(4).Should().Be(1);
        hparams["Training.LearningRate"].Double(2).Should().Be(0.25);
    }

    [Theory]
    [InlineData(TrainingStop.Completed, 1)]
    [InlineData(TrainingStop.EarlyStopping, 1)]
    [InlineData(TrainingStop.Converged, 1)]
    [InlineData(TrainingStop.Cancelled, 0)]
    [InlineData(TrainingStop.Diverged, 2)]
    public void End_SaysHowItWent(TrainingStop stop, int status)
    {
        using (var progress = new TensorBoardProgress(_folder.Path, time: new FixedTime(Now)))
        {
            progress.Report(Reports.Epoch(1));
            progress.Report(Reports.End(stop, warning: "one | two\nthree"));
        }

        string text = _folder.Texts("run", "end").Single();
        text.Should().Contain($"| stop | {stop} |").And.Contain("| best epoch | 2 |").And.Contain("| seconds | 4.5 |").And
            .Contain("| parameters | 678 |").And.Contain("| validation metric | 0.75 |").And.Contain("| warning | one \\| two three |");
        var end = _folder.Events("run")[^1].Values.Single();
        end.Tag.Should().Be("_hparams_/session_end_info");
        end.Content!.Message(4)!.Integer(1).Should().Be(status);
        end.Content!.Message(4)!.Double(2).Should().Be(Now.ToUnixTimeMilliseconds() / 1000.0);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 0)]
    public void End_WithoutAModelSaysWhy(bool isCancelled, int status)
    {
        Exception error = isCancelled ? new OperationCanceledException("why") : new InvalidOperationException("why");
        using (var progress = new TensorBoardProgress(_folder.Path))
        {
            progress.Report(Reports.Epoch(1));
            progress.Report(new TrainingEnd { Run = 1, Error = error });
        }

        _folder.Texts("run", "end").Single().Should().Contain("| error | why |");
        _folder.Events("run")[^1].Values.Single().Content!.Message(4)!.Integer(1).Should().Be(status);
    }

    private void Write(TrainingProgress report)
    {
        using var progress = new TensorBoardProgress(_folder.Path, time: new FixedTime(Now));
        progress.Report(report);
    }
}
