using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Telemetry.Tests.Metrics;

[Collection(MeterCollection.Name)]
public class TrainingMeterTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Fit_IsMeasured()
    {
        var reports = new List<TrainingProgress>();
        using var listener = new MeterReader(StateSpaceMeter.Name);

        var model = Rows.Fit(_ml, new Keep(reports));

        Values("statespace.training.epochs").Should().Equal(1, 1, 1);
        Values("statespace.training.sequences").Should().Equal(18, 18, 18);
        Values("statespace.training.loss").Should().Equal(reports.Select(report => report.TrainingLoss));
        Values("statespace.training.validation.loss").Should().Equal(reports.Select(report => report.ValidationLoss));
        Values("statespace.training.validation.metric").Should().Equal(reports.Select(report => report.ValidationMetric));
        Values("statespace.training.validation.best_loss").Should().EndWith(model.Summary.ValidationLoss!.Value).And
            .BeInDescendingOrder();
        Values("statespace.training.epoch.duration").Should().HaveCount(3).And.OnlyContain(seconds => seconds > 0);
        listener.Of("statespace.training.epochs")[0].Tags.Should().BeEquivalentTo(
            new Dictionary<string, object?>
            {
                ["statespace.task"] = "classification", ["statespace.architecture"] = "S5", ["statespace.engine"] = "managed",
            });
        var run = listener.Of("statespace.training.runs").Should().ContainSingle().Which;
        run.Tags.Should().BeEquivalentTo(
            new Dictionary<string, object?>
            {
                ["statespace.task"] = "classification", ["statespace.architecture"] = "S5", ["statespace.training.stop"] = "completed",
            });

        double[] Values(string instrument) => [.. listener.Of(instrument).Select(measurement => measurement.Value)];
    }

    [Fact]
    public void Fit_WithoutValidationMeasuresNoneOfIt()
    {
        using var listener = new MeterReader(StateSpaceMeter.Name);

        Rows.Fit(_ml, new CombinedProgress(), training: Rows.Quick with { ValidationFraction = 0 });

        listener.Of("statespace.training.loss").Should().HaveCount(3);
        listener.Of("statespace.training.validation.loss").Should().BeEmpty();
        listener.Of("statespace.training.validation.best_loss").Should().BeEmpty();
    }

    [Fact]
    public void Fit_OfAnEnsembleIsMeasuredByMember()
    {
        using var listener = new MeterReader(StateSpaceMeter.Name);

        Rows.Fit(_ml, new CombinedProgress(), new EnsembleOptions { Members = [Rows.Small, new StateSpaceBankOptions()] });

        listener.Of("statespace.training.epochs").Select(measurement => measurement.Tags["statespace.architecture"])
            .Should().Equal("S5", "S5", "S5", "Bank");
        listener.Of("statespace.training.runs").Single().Tags["statespace.architecture"].Should().Be("Ensemble");
    }

    [Fact]
    public void Fit_ThatFailsIsCountedWithItsError()
    {
        using var listener = new MeterReader(StateSpaceMeter.Name);
        var training = Rows.Quick with { LearningRate = 1e30, ValidationFraction = 0, Epochs = 20 };

        Invoking(() => Rows.Fit(_ml, new CombinedProgress(), training: training)).Should().Throw<InvalidOperationException>();

        listener.Of("statespace.training.runs").Single().Tags.Should().BeEquivalentTo(
            new Dictionary<string, object?>
            {
                ["statespace.task"] = "classification", ["error.type"] = "Microsoft.ML.StateSpace.Training.TrainingDivergedException",
            });
    }

    private sealed class Keep(List<TrainingProgress> reports) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => reports.Add(value);
    }
}
