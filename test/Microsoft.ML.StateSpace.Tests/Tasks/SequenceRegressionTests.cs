using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Tasks;

public class SequenceRegressionTests
{
    private readonly MLContext _ml = new(seed: 1);

    private IDataView Levels => _ml.Data.LoadFromEnumerable(Samples.Levels(60));

    [Fact]
    public void Fit_LearnsTheLevel_AsMlNetsEvaluatorSeesIt()
    {
        var model = _ml.Regression.Trainers.StateSpace(
            new SequenceRegressionOptions { Architecture = Samples.Small, Training = Samples.Thorough }).Fit(Levels);
        _ml.Regression.Evaluate(model.Transform(Levels)).RSquared.Should().BeGreaterThan(0.95);
    }

    [Fact]
    public void CrossValidate_TakesTheEstimator()
    {
        var folds = _ml.Regression.CrossValidate(
            Levels, _ml.Regression.Trainers.StateSpace(
                new SequenceRegressionOptions { Architecture = Samples.Small, Training = Samples.Thorough }), numberOfFolds: 2);
        folds.Should().AllSatisfy(fold => fold.Metrics.RSquared.Should().BeGreaterThan(0.8));
    }

    [Fact]
    public void Quantile_IsExceededByItsShareOfTheTargets()
    {
        var random = new Random(3);
        LevelRow[] rows = [.. Enumerable.Range(0, 200).Select(_ => new LevelRow
        {
            Features = [.. Enumerable.Range(0, 12).Select(_ => random.NextSingle())], Label = random.NextSingle(), Pair = [0, 0],
        })];
        var view = _ml.Data.LoadFromEnumerable(rows);
        double Share(double quantile)
        {
            var training = Samples.Thorough with { Loss = ValueLossKind.Quantile, Quantile = quantile, Epochs = 10 };
            var model = _ml.Regression.Trainers.StateSpace(
                new SequenceRegressionOptions { Architecture = Samples.Small with { ModelSize = 4 }, Training = training }).Fit(view);
            return model.Transform(view).GetColumn<float>("Score").Zip(rows, (score, row) => row.Label <= score ? 1.0 : 0).Average();
        }
        Share(0.9).Should().BeInRange(0.8, 0.97);
        Share(0.1).Should().BeInRange(0.03, 0.2);
    }

    [Fact]
    public void AStream_EndsWithTheScoreOfTheRow()
    {
        var model = _ml.Regression.Trainers.StateSpace(new SequenceRegressionOptions
        {
            LabelColumnName = "Pair", Architecture = Samples.Small with { Bidirectional = false }, Training = Samples.Quick,
        }).Fit(Levels);
        var engine = model.CreateStreamingEngine();
        float[] answer = [];
        foreach (float value in Samples.Levels(1)[0].Features)
            answer = engine.Step([value]).ToArray();
        float[] expected = model.Transform(Levels).GetColumn<float[]>("Score").First();
        answer.Zip(expected).Should().AllSatisfy(pair => pair.First.Should().BeApproximately(pair.Second, 1e-3f));
    }
}
