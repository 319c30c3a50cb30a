using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>
/// Which epoch is kept, and when training ends; some mistaken classes in the validation set make its loss rise, after it has fallen, while the training loss goes on falling.
/// </summary>
public class EarlyStoppingTests
{
    [Fact]
    public void Fit_KeepsTheParametersOfTheBestEpoch()
    {
        var (model, reports) = Fit(SmallTask.Training with { Epochs = 12, Patience = 12 });
        var best = reports.All.MinBy(report => report.ValidationLoss)!;
        Assert.True(best.Epoch is > 1 and < 12, "The best epoch is the first or the last: the test shows nothing.");
        Assert.Equal((best.Epoch, best.ValidationLoss, best.ValidationMetric), (model.Summary.BestEpoch, model.Summary.ValidationLoss!.Value, model.Summary.ValidationMetric!.Value));
        Assert.Equal((best.ValidationLoss, best.ValidationMetric), SmallTask.Score(model, SmallTask.Data(seed: 3, mistaken: 3)));
    }

    [Fact]
    public void Fit_EndsWhenPatienceDoes()
    {
        var (model, reports) = Fit(SmallTask.Training with { Epochs = 50, Patience = 3 });
        Assert.Equal((TrainingStop.EarlyStopping, reports.Best.Epoch + 3), (model.Summary.Stop, model.Summary.Epochs));
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
            loss += LossOracle.CrossEntropy(logits, validation.Label(i)) / validation.Count;
            correct += logits[validation.Label(i)] > logits[1 - validation.Label(i)] ? 1 : 0;
        }
        Assert.Equal(loss, reports.Best.ValidationLoss, Tolerance.Model);
        Assert.Equal(correct / validation.Count, reports.Best.ValidationMetric);
        Assert.Equal("accuracy", reports.Best.MetricName);
    }

    [Fact]
    public void Cancellation_ReturnsTheBestSoFar()
    {
        const int Enough = 9;
        using var cancellation = new CancellationTokenSource();
        var reports = new Reports(report => { if (report.Epoch == Enough) cancellation.Cancel(); });
        var validation = SmallTask.Data(seed: 3, mistaken: 3);
        var model = Trainer.Fit(SmallTask.Model, SmallTask.Training with { Epochs = 50, Patience = 50, Progress = reports, Cancellation = cancellation.Token }, SmallTask.Data(), validation);
        Assert.Equal((TrainingStop.Cancelled, Enough), (model.Summary.Stop, model.Summary.Epochs));
        Assert.True(model.Summary.BestEpoch is > 1 and < Enough, "The best epoch is the first or the last: the test shows nothing.");
        Assert.Equal(reports.All.Min(report => report.ValidationLoss), SmallTask.Score(model, validation).Loss);
    }

    [Fact]
    public void Cancellation_BeforeTheFirstEpoch_ReturnsTheInitialParameters()
    {
        var model = Trainer.Fit(SmallTask.Model, SmallTask.Training with { Cancellation = new CancellationToken(canceled: true) }, SmallTask.Data());
        Assert.Equal((TrainingStop.Cancelled, 0, 0), (model.Summary.Stop, model.Summary.Epochs, model.Summary.BestEpoch));
        var initial = new SequenceModel(model.Options);
        var parameters = initial.Layout.Create(new Random(7));
        DataStatistics.Store(initial, parameters, SmallTask.Data());
        Assert.Equal(parameters.Values, model.Parameters.Values);
    }

    private static (TrainedModel Model, Reports Reports) Fit(TrainingOptions options)
    {
        var reports = new Reports();
        return (Trainer.Fit(SmallTask.Model, options with { Progress = reports }, SmallTask.Data(), SmallTask.Data(seed: 3, mistaken: 3)), reports);
    }
}
