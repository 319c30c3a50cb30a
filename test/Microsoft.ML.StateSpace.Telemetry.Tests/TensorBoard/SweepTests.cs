using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace.Option;
using Microsoft.ML.StateSpace.AutoML;

namespace Microsoft.ML.StateSpace.Telemetry.Tests.TensorBoard;

/// <summary>The learning curves of a sweep, side by side.</summary>
public sealed class SweepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sweep_HasARunAConfigurationThatGoesOnFromRungToRung()
    {
        // The first configuration climbs all rungs and is repeated; the second is begun.
        Run(new() { Rungs = 3, Factor = 3, Repeats = 1, Progress = Follow }, models: 5);

        _folder.Runs.Should().Equal("configuration-000", "configuration-000-repeat-1", "configuration-001");
        _folder.Curve("configuration-000", "loss/train").Select(point => point.Step).Should().Equal(1, 2, 3, 4, 5, 6, 7, 8, 9);
        _folder.Curve("configuration-000-repeat-1", "loss/train").Should().HaveCount(9);
        _folder.Curve("configuration-001", "loss/train").Should().ContainSingle();
        _folder.Texts("configuration-000", "end").Select(text => text.Contains("| stop | Cancelled |")).Should().Equal(true, true, false);
        _folder.Texts("configuration-001", "options").Single().Should().Contain("| Training.LearningRate | ");
    }

    [Fact]
    public void Folds_HaveRunsOfTheirOwn()
    {
        Run(new() { Rungs = 2, Factor = 3, Repeats = 0, Progress = Follow }, models: 2, folds: 2);

        _folder.Runs.Should().Equal("configuration-000", "configuration-000-fold-1");
        foreach (string run in _folder.Runs)
            _folder.Curve(run, "loss/train").Select(point => point.Step).Should().Equal(1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    [Theory]
    [InlineData(0, 0, 0, 0, "configuration-000")]
    [InlineData(12, 0, 0, 1, "configuration-012-step-1")]
    [InlineData(3, 1, 2, 1, "configuration-003-repeat-1-fold-2-step-1")]
    public void Name_HasWhatIsNotTheFirst(int configuration, int repeat, int fold, int step, string name)
        => new SweepTraining { Configuration = configuration, Repeat = repeat, Fold = fold, Step = step }.Name.Should().Be(name);

    private TensorBoardProgress Follow(SweepTraining training) => new(_folder.Path, training.Name);

    private void Run(SequenceHalvingOptions options, int models, int? folds = null)
    {
        var rates = new Microsoft.ML.SearchSpace.SearchSpace { ["LearningRate"] = new UniformDoubleOption(0.001, 0.1, logBase: true) };
        var step = _ml.Auto().SequenceClassification(
            new SequenceClassificationOptions { Architecture = Rows.Small, Training = Rows.Quick with { Epochs = 9 } }, searchSpace: rates);
        var experiment = _ml.Auto().CreateExperiment()
            .SetPipeline(step.Append(_ml.Transforms.CopyColumns("Answer", "PredictedLabel")))
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss, labelColumn: "Label");
        experiment = folds is { } count
            ? experiment.SetDataset(Rows.Of(_ml), fold: count)
            : experiment.SetDataset(Rows.Of(_ml), Rows.Of(_ml));
        experiment.SetSequenceHalving(options).SetMaxModelToExplore(models).Run();
    }
}
