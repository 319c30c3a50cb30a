namespace Microsoft.ML.StateSpace.Telemetry.Tests.TensorBoard;

/// <summary>Real trainings that report to TensorBoard.</summary>
public sealed class TrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_WritesItsCurveItsOptionsAndItsEnd()
    {
        using var progress = new TensorBoardProgress(_folder.Path);

        var model = Rows.Fit(_ml, progress);

        _folder.Runs.Should().Equal("run");
        foreach (string tag in new[] { "loss/train", "loss/validation", "metric/accuracy", "speed/sequences_per_second" })
            _folder.Curve("run", tag).Select(point => point.Step).Should().Equal([1, 2, 3], "{0} has a point an epoch", tag);
        _folder.Curve("run", "loss/validation")[model.Summary.BestEpoch - 1].Value.Should().Be((float)model.Summary.ValidationLoss!.Value);
        _folder.Texts("run", "options").Single().Should()
            .Contain("| Architecture.ModelSize | 8 |").And.Contain("| Training.LearningRate | ", "what was chosen is filled in").And
            .Contain("| Training.Epochs | 3 |");
        _folder.Texts("run", "end").Single().Should().Contain($"| best epoch | {model.Summary.BestEpoch} |");
    }

    [Fact]
    public void Fit_OfAnEnsembleHasARunAMember()
    {
        using var progress = new TensorBoardProgress(_folder.Path);

        var ensemble = new EnsembleOptions { Members = [Rows.Small, new StateSpaceBankOptions()] };
        Rows.Fit(_ml, progress, ensemble, new() { Epochs = 2, Seed = 1 });

        _folder.Runs.Should().Equal("run", "run/member-0", "run/member-1");
        _folder.Curve("run/member-0", "loss/train").Should().HaveCount(2);
        _folder.Curve("run/member-1", "loss/train").Should().ContainSingle("a bank reports once");
        _folder.Texts("run/member-0", "options").Single().Should().Contain("| Architecture.core | S5 |");
    }

    [Fact]
    public void CrossValidation_HasARunAFold()
    {
        using var progress = new TensorBoardProgress(_folder.Path, "fold");
        var estimator = _ml.Transforms.StateSpace.SequenceClassification(
            new SequenceClassificationOptions { Architecture = Rows.Small, Training = Rows.Quick with { Progress = progress } });

        _ml.MulticlassClassification.CrossValidate(Rows.Of(_ml), estimator, numberOfFolds: 3);

        _folder.Runs.Should().Equal("fold", "fold-2", "fold-3");
        foreach (string run in _folder.Runs)
            _folder.Curve(run, "loss/train").Should().HaveCount(3);
    }

    [Fact]
    public void Fit_ThatIsCancelledIsWhole()
    {
        using var cancellation = new CancellationTokenSource();
        using var progress = new TensorBoardProgress(_folder.Path);
        var stopping = new CombinedProgress(progress, new Stop(cancellation));

        var model = Rows.Fit(_ml, stopping, training: Rows.Quick with { Epochs = 1_000, Cancellation = cancellation.Token });

        model.Summary.Stop.Should().Be(TrainingStop.Cancelled);
        _folder.Curve("run", "loss/train").Should().HaveCount(model.Summary.Epochs);
        _folder.Texts("run", "end").Single().Should().Contain("| stop | Cancelled |");
    }

    [Fact]
    public void Fit_HasTheSameBitsAsWithoutProgress()
    {
        using var progress = new TensorBoardProgress(_folder.Path);
        float[] Answers(SequenceClassificationTransformer model)
            => [.. _ml.Data.CreateEnumerable<Scores>(model.Transform(Rows.Of(_ml)), false).SelectMany(row => row.Score)];

        Answers(Rows.Fit(_ml, progress)).Should().Equal(Answers(Rows.Fit(_ml, new CombinedProgress())));
    }

    private sealed class Scores
    {
        public float[] Score { get; set; } = [];
    }

    private sealed class Stop(CancellationTokenSource cancellation) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Epoch == 2)
                cancellation.Cancel();
        }
    }
}
