using Microsoft.Extensions.Logging;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Telemetry.Tests.Logging;

public class LoggerProgressTests
{
    private readonly ListLogger _logger = new();

    [Fact]
    public void Epoch_IsDebugAndStructured()
    {
        new LoggerProgress(_logger).Report(Reports.Epoch(3, run: 7, member: 1, members: 2));

        var entry = _logger.Entries.Should().ContainSingle().Which;
        (entry.Level, entry.Id.Id, entry.Id.Name).Should().Be((LogLevel.Debug, 2, "EpochValidated"));
        entry.Properties.Should().Contain("Run", 7L).And.Contain("Member", 1).And.Contain("Epoch", 3).And
            .Contain("TrainingLoss", Reports.Loss(3, 7, 1)).And.Contain("ValidationMetric", 0.5).And.Contain("MetricName", "accuracy");
        entry.Text.Should().Contain("epoch 3/10").And.Contain("accuracy 0.500");
    }

    [Fact]
    public void Epoch_WithoutValidationDoesNotSpeakOfIt()
    {
        new LoggerProgress(_logger).Report(Reports.Epoch(3) with { ValidationLoss = double.NaN, ValidationMetric = double.NaN });

        var entry = _logger.Entries.Should().ContainSingle().Which;
        (entry.Level, entry.Id.Id, entry.Id.Name).Should().Be((LogLevel.Debug, 1, "EpochEnded"));
        entry.Text.Should().NotContain("alidation").And.NotContain("NaN");
    }

    [Fact]
    public void End_IsInformationAndItsWarningAWarning()
    {
        new LoggerProgress(_logger).Report(Reports.End(TrainingStop.Diverged, run: 4, warning: "lower the rate"));

        _logger.Entries.Select(entry => (entry.Level, entry.Id.Id, entry.Id.Name)).Should().Equal(
            (LogLevel.Information, 3, "TrainingEnded"), (LogLevel.Information, 4, "TrainingValidated"),
            (LogLevel.Warning, 5, "TrainingWarned"));
        _logger.Entries[0].Properties.Should().Contain("Run", 4L).And.Contain("Stop", TrainingStop.Diverged).And.Contain("BestEpoch", 2)
            .And.Contain("Seconds", 4.5).And.Contain("ParameterCount", 678);
        _logger.Entries[1].Properties.Should().Contain("ValidationMetric", 0.75);
        _logger.Entries[2].Text.Should().EndWith("lower the rate");
    }

    [Fact]
    public void End_WithoutAModelIsAnErrorWithItsException()
    {
        var error = new InvalidOperationException("no rows");

        new LoggerProgress(_logger).Report(new TrainingEnd { Run = 1, Error = error });

        var entry = _logger.Entries.Should().ContainSingle().Which;
        (entry.Level, entry.Id.Id, entry.Id.Name).Should().Be((LogLevel.Error, 7, "TrainingFailed"));
        entry.Exception.Should().BeSameAs(error);
    }

    [Fact]
    public void End_ByCancellationIsAWarning()
    {
        new LoggerProgress(_logger).Report(new TrainingEnd { Run = 1, Error = new OperationCanceledException() });

        var entry = _logger.Entries.Should().ContainSingle().Which;
        (entry.Level, entry.Id.Id, entry.Id.Name).Should().Be((LogLevel.Warning, 6, "TrainingCancelled"));
    }

    [Fact]
    public void Fit_IsLoggedFromItsFirstEpochToItsEnd()
    {
        var model = Rows.Fit(new MLContext(seed: 1), new LoggerProgress(_logger));

        _logger.Entries.Select(entry => entry.Id.Id).Should().Equal(2, 2, 2, 3, 4);
        _logger.Entries.Select(entry => entry.Properties["Run"]).Distinct().Should().ContainSingle();
        _logger.Entries[^2].Properties["BestEpoch"].Should().Be(model.Summary.BestEpoch);
    }

    [Fact]
    public void Fit_ThatFailsIsLogged()
    {
        var training = Rows.Quick with { LearningRate = 1e30, ValidationFraction = 0, Epochs = 20 };

        var thrown = Invoking(() => Rows.Fit(new MLContext(seed: 1), new LoggerProgress(_logger), training: training))
            .Should().Throw<TrainingDivergedException>().Which;

        _logger.Entries.Single(entry => entry.Level == LogLevel.Error).Exception.Should().BeSameAs(thrown);
    }

    [Fact]
    public void LogTo_PassesOnTheLogOfTheContextUntilItIsDisposed()
    {
        var ml = new MLContext(seed: 1);
        using (ml.LogTo(_logger))
            Rows.Fit(ml, new CombinedProgress());
        int during = _logger.Entries.Length;
        Rows.Fit(ml, new CombinedProgress());

        _logger.Entries.Should().HaveCount(during);
        _logger.Entries.Should().Contain(
            entry => entry.Level == LogLevel.Information && entry.Id == 10 && ((string)entry.Properties["Text"]!).StartsWith("Epoch 3/3"));
    }
}
