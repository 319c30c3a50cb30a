using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>
/// Which epoch is kept, and when training ends. Some classes in the validation set are mistaken: so its loss falls and then rises, while
/// the training loss goes on falling.
/// </summary>
public class EarlyStoppingTests
{
    [Fact]
    public void Fit_KeepsTheParametersOfTheBestEpoch()
    {
        var (model, reports) = Fit(SmallTask.Training with { Epochs = 12, Patience = 12 });
        var best = reports.All.MinBy(report => report.ValidationLoss)!;
        best.Epoch.Should().BeInRange(2, 11, "the test shows nothing if the best epoch is the first or the last");
        model.Summary.BestEpoch.Should().Be(best.Epoch);
        model.Summary.ValidationLoss!.Value.Should().Be(best.ValidationLoss);
        model.Summary.ValidationMetric!.Value.Should().Be(best.ValidationMetric);
        SmallTask.Score(model, SmallTask.Data(seed: 3, mistaken: 3)).Should().Be((best.ValidationLoss, best.ValidationMetric));
    }

    [Fact]
    public void Fit_EndsWhenPatienceDoes()
    {
        var (model, reports) = Fit(SmallTask.Training with { Epochs = 50, Patience = 3 });
        model.Summary.Stop.Should().Be(TrainingStop.EarlyStopping);
        model.Summary.Epochs.Should().Be(reports.Best.Epoch + 3);
    }

    [Fact]
    public void ValidationLossAndAccuracy_AreOverTheWholeSet()
    {
        var validation = SmallTask.Data(count: 31, seed: 3);
        var reports = new Reports();
        var model = Trainer.Fit(SmallTask.Model, SmallTask.Training with { Epochs = 4, Progress = reports }, SmallTask.Data(), validation);
        var oracle = new ModelOracle(model.Options);
        var p = OracleParameters.Of(model.Parameters);
        double loss = 0, correct = 0;
        for (int i = 0; i < validation.Count; i++)
        {
            double[] logits = oracle.Forward(p, Rows.Unpack(validation.Values(i).ToArray(), 1, validation.Length(i))[0]).Flat();
            loss += LossOracle.CrossEntropy(logits, validation.Classes(i)[0]) / validation.Count;
            correct += logits[validation.Classes(i)[0]] > logits[1 - validation.Classes(i)[0]] ? 1 : 0;
        }
        reports.Best.ValidationLoss.Should().BeApproximately(loss, Tolerance.Model);
        reports.Best.ValidationMetric.Should().Be(correct / validation.Count);
        reports.Best.MetricName.Should().Be("accuracy");
    }

    [Fact]
    public void Cancellation_ReturnsTheBestSoFar()
    {
        const int Enough = 9;
        using var cancellation = new CancellationTokenSource();
        var reports = new Reports(report => { if (report.Epoch == Enough) cancellation.Cancel(); });
        var validation = SmallTask.Data(seed: 3, mistaken: 3);
        var model = Trainer.Fit(SmallTask.Model,
            SmallTask.Training with { Epochs = 50, Patience = 50, Progress = reports, Cancellation = cancellation.Token },
            SmallTask.Data(), validation);
        model.Summary.Stop.Should().Be(TrainingStop.Cancelled);
        model.Summary.Epochs.Should().Be(Enough);
        model.Summary.BestEpoch.Should().BeInRange(2, Enough - 1, "the test shows nothing if the best epoch is the first or the last");
        SmallTask.Score(model, validation).Loss.Should().Be(reports.All.Min(report => report.ValidationLoss));
    }

    [Fact]
    public void Cancellation_BeforeTheFirstEpoch_ReturnsTheInitialParameters()
    {
        using var source = new CancellationTokenSource();
        var engine = new WatchedEngine { OnCreate = source.Cancel };
        var model = Trainer.Fit(
            SmallTask.Model, SmallTask.Training with { Engine = engine, Cancellation = source.Token }, SmallTask.Data());
        model.Summary.Stop.Should().Be(TrainingStop.Cancelled);
        model.Summary.Epochs.Should().Be(0);
        model.Summary.BestEpoch.Should().Be(0);
        var initial = new SequenceNetwork(model.Options);
        var parameters = initial.Layout.Create(new Random(7));
        DataStatistics.Store(initial, parameters, SmallTask.Data());
        model.Parameters.Values.Should().BeBitwise(parameters.Values);
    }

    private static (TrainedModel Model, Reports Reports) Fit(TrainingOptions options)
    {
        var reports = new Reports();
        return (Trainer.Fit(SmallTask.Model, options with { Progress = reports }, SmallTask.Data(), SmallTask.Data(seed: 3, mistaken: 3)),
            reports);
    }
}
