using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace.Option;
using Microsoft.ML.StateSpace.AutoML.Tests.Testing;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Trials;

/// <summary>Whole sweeps, with AutoML's experiment around small networks.</summary>
public class SweepTests
{
    private static SweepableEstimator Step(MLContext ml, int epochs = 9)
        => ml.Auto().SequenceClassification(Sweeps.Tiny(epochs), searchSpace: Sweeps.Rates());

    [Fact]
    public void Run_ClimbsTheLadderAndReturnsTheBest()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        var monitor = new RecordingMonitor();

        var best = ml.Experiment(Step(ml), new() { Folder = folder.Path }, monitor).SetMaxModelToExplore(8).Run();

        monitor.Completed.Count.Should().Be(8);
        best.Loss.Should().Be(monitor.Completed.Min(r => r.Loss));
        var journal = SweepJournal.Read(folder.Path);
        journal.Trials.Take(5).Select(t => (t.Configuration, t.Rung)).Should().Equal([(0, 0), (0, 1), (0, 2), (0, 3), (1, 0)]);
        journal.Trials.Take(3).SelectMany(t => t.Curve).Select(e => e.Epoch).Should().Equal(1, 2, 3, 4, 5, 6, 7, 8, 9);
        journal.Best!.Loss.Should().Be(best.Loss);
        journal.Trials.Select(t => t.Metric).Should().Equal(monitor.Completed.Select(r => r.Metric));
    }

    [Fact]
    public void ARepeat_HasAnotherSeedAndOtherFolds_AndTheMeanCounts()
    {
        using var folder = new TemporaryFolder();
        TrialResult Run(int seed, int repeats, string? path = null)
        {
            var ml = new MLContext(seed: 1);
            return ml.Auto().CreateExperiment()
                .SetPipeline(Step(ml, epochs: 3).Append(ml.Transforms.CopyColumns("Answer", "PredictedLabel")))
                .SetDataset(ml.Classes(60), fold: 3)
                .SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss, labelColumn: "Label")
                .SetSequenceHalving(new() { Rungs = 1, Repeats = repeats, Seed = seed, Folder = path })
                .SetMaxModelToExplore(1 + repeats)
                .Run();
        }

        var (four, five) = (Run(4, 0), Run(5, 0));
        Run(4, 1, folder.Path);

        five.Metric.Should().NotBe(four.Metric);
        SweepJournal.Read(folder.Path).Trials.Select(t => t.Metric)
            .Should().Equal([four.Metric, (four.Metric + five.Metric) / 2], (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void OnceTheFirstIsAtTheTop_NothingBelowIsTheBest()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        var monitor = new RecordingMonitor();
        var scores = new Queue<double>([9, 8, 1, 20]);
        // The first configuration is at the top after two scores, 9 and 8.
        // The second is better than it at the lower rung, and worse at the top.
        var step = new SweepableEstimator((context, parameter) => new FakeStep(context, _ => { }, parameter), Sweeps.Rates());

        var best = ml.Auto().CreateExperiment()
            .SetPipeline(step.Append(ml.Transforms.CopyColumns("Copy", "Label")))
            .SetDataset(ml.Classes(10), ml.Classes(10))
            .SetSequenceHalving(new() { Folder = folder.Path, Metric = new FakeMetric(scores.Dequeue), Rungs = 1, Seed = 1 })
            .SetMonitor(monitor)
            .SetMaxModelToExplore(4)
            .Run();

        // The score at the top is the mean: 8.5 and 10.5.
        SweepJournal.Read(folder.Path).Trials.Select(t => t.Loss).Should().Equal(9, 8.5, 1, 10.5);
        monitor.Completed.Select(r => r.Loss).Should().Equal(double.MaxValue / 2, 8.5, double.MaxValue / 2, 10.5);
        monitor.Completed.Select(r => r.Metric).Should().Equal(9, 8.5, 1, 10.5);
        best.Loss.Should().Be(8.5);
        Path.GetFileName(Directory.GetFiles(folder.Path, "*.zip").Should().ContainSingle().Which).Should().Be("model-0-1.zip");
    }

    [Fact]
    public void ATrialThatClimbed_EqualsOneThatWasTrainedAtOnce()
    {
        var ml = new MLContext(seed: 1);
        var climbed = new RecordingMonitor();
        ml.Experiment(Step(ml), new(), climbed).SetMaxModelToExplore(3).Run();

        var whole = ml.Experiment(Step(ml), new() { Rungs = 1 }).SetMaxModelToExplore(1).Run();

        climbed.Completed[2].Metric.Should().Be(whole.Metric);
        climbed.Completed[0].Metric.Should().NotBe(whole.Metric);
    }

    [Fact]
    public void TheSameSeed_GivesTheSameSweep()
    {
        double[] Losses(int seed)
        {
            var ml = new MLContext();
            var monitor = new RecordingMonitor();
            ml.Experiment(Step(ml, epochs: 4), new() { Seed = seed }, monitor).SetMaxModelToExplore(6).Run();
            return [.. monitor.Completed.Select(r => r.Metric)];
        }

        Losses(3).Should().BeBitwise(Losses(3));
        Losses(4).Should().NotEqual(Losses(3));
    }

    [Fact]
    public void TheBestModel_SavesAndLoads()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        var best = ml.Experiment(Step(ml), new()).SetMaxModelToExplore(4).Run();
        var data = ml.Classes(seed: 3);

        ml.Model.Save(best.Model, data.Schema, folder.File("model.zip"));
        var loaded = new MLContext().Model.Load(folder.File("model.zip"), out _);

        loaded.Transform(data).GetColumn<float[]>("Score").Should().BeBitwise(best.Model.Transform(data).GetColumn<float[]>("Score"));
    }

    [Fact]
    public void Folds_AreAveraged()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        var monitor = new RecordingMonitor();
        ml.Auto().CreateExperiment()
            .SetPipeline(Step(ml).Append(ml.Transforms.CopyColumns("Answer", "PredictedLabel")))
            .SetDataset(ml.Classes(60), fold: 3)
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy, labelColumn: "Label")
            .SetSequenceHalving(new() { Folder = folder.Path })
            .SetMonitor(monitor)
            .SetMaxModelToExplore(5)
            .Run();

        monitor.Completed.Count.Should().Be(5);
        SweepJournal.Read(folder.Path).Trials.Should().AllSatisfy(t => t.Loss.Should().Be(-t.Metric));
        // Configuration 1 waits at the lowest rung, with a checkpoint for each fold.
        Directory.GetFiles(folder.File("checkpoints"), "*.ckpt").Select(file => Path.GetFileName(file).Split('.')[0]).Order()
            .Should().Equal("1-0-0-0", "1-0-1-0", "1-0-2-0");
    }

    [Fact]
    public void AutoMLsOwnRunner_TakesTheStepToo()
    {
        var ml = new MLContext(seed: 1);
        var monitor = new RecordingMonitor();
        var best = ml.Auto().CreateExperiment()
            .SetPipeline(
                ml.Transforms.CopyColumns("Series", "Features")
                    .Append(ml.Auto().SequenceClassification(Sweeps.Tiny(2) with { FeatureColumnName = "Series" })))
            .SetDataset(ml.Classes(), ml.Classes(seed: 2))
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MacroAccuracy, labelColumn: "Label")
            .SetMonitor(monitor)
            .SetMaxModelToExplore(3)
            .Run();

        best.Metric.Should().Be(monitor.Completed.Max(r => r.Metric));
        string.Join(", ", monitor.Events.Take(3)).Should().Be("running 0, completed 0, best 0");
    }

    [Fact]
    public void AStep_StandsBesideAnAlternative()
    {
        var ml = new MLContext(seed: 1);
        SweepableEstimator Of(SequenceFamily family)
            => ml.Auto().SequenceClassification(new() { Training = new() { Epochs = 2 } }, [family], Space(family));
        static SearchSpace.SearchSpace Space(SequenceFamily family) => new()
        {
            { "Family", new ChoiceOption([family.ToString()]) }, { "ModelSize", new ChoiceOption([8]) },
            { "Layers", new ChoiceOption([1]) },
        };
        var pipeline = ml.Transforms.CopyColumns("Copy", "Label")
            .Append(Of(SequenceFamily.Of<S5Options>()), Of(SequenceFamily.Of<LruOptions>()));
        var monitor = new RecordingMonitor();

        var best = ml.Auto().CreateExperiment().SetPipeline(pipeline).SetDataset(ml.Classes(), ml.Classes(seed: 2))
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss, labelColumn: "Label")
            .SetSequenceHalving(new() { Seed = 1, Rungs = 1 }).SetMonitor(monitor).SetMaxModelToExplore(8).Run();

        monitor.Completed.Select(r => r.TrialSettings.Parameter["_pipeline_"]["_SCHEMA_"].AsType<string>()).Distinct().Count()
            .Should().Be(2);
        best.Model.Transform(ml.Classes()).Schema.Select(c => c.Name).Should().Contain("Score");
    }

    [Fact]
    public void BinaryClassification_IsSwept()
    {
        var ml = new MLContext(seed: 1);
        var options = new BinarySequenceClassificationOptions { LabelColumnName = "IsFast", Architecture = Sweeps.Tiny().Architecture,
            Training = Sweeps.Tiny().Training };

        var best = ml.Auto().CreateExperiment()
            .SetPipeline(
                ml.Auto().BinarySequenceClassification(options, searchSpace: Sweeps.Rates())
                    .Append(ml.Transforms.CopyColumns("Answer", "PredictedLabel")))
            .SetDataset(ml.Classes(), ml.Classes(seed: 2))
            .SetBinaryClassificationMetric(BinaryClassificationMetric.AreaUnderRocCurve, labelColumn: "IsFast")
            .SetSequenceHalving()
            .SetMaxModelToExplore(4)
            .Run();

        best.Metric.Should().BeInRange(0.5, 1);
    }

    [Fact]
    public void RegressionMetrics_AreOverAllTimeSteps()
    {
        var ml = new MLContext(seed: 1);
        var validation = ml.Signals(seed: 8);
        var best = Regression(ml, validation).SetRegressionMetric(RegressionMetric.RootMeanSquaredError, "Target", "Output")
            .SetSequenceHalving(new() { Repeats = 0 }).SetMaxModelToExplore(3).Run();

        var metrics = ml.Transforms.StateSpace.EvaluateSequenceToSequence(best.Model.Transform(validation));

        best.Metric.Should().BeApproximately(metrics.RootMeanSquaredError, 1e-3);
        best.Loss.Should().Be(best.Metric);
    }

    [Fact]
    public void ASequenceToSequenceMetric_CanBeGiven()
    {
        var ml = new MLContext(seed: 1);
        var validation = ml.Signals(seed: 8);
        var best = Regression(ml, validation)
            .SetSequenceHalving(new() { Metric = new SequenceToSequenceMetricManager(SequenceToSequenceMetric.FitPercent), Repeats = 0 })
            .SetMaxModelToExplore(3).Run();

        best.Metric.Should().BeApproximately(
            ml.Transforms.StateSpace.EvaluateSequenceToSequence(best.Model.Transform(validation)).FitPercent, 1e-9);
        best.Loss.Should().Be(-best.Metric);
    }

    private static AutoMLExperiment Regression(MLContext ml, IDataView validation)
    {
        var options = new SequenceToSequenceOptions { Architecture = Sweeps.Tiny().Architecture,
            Training = new() { Epochs = 9, Threads = 1 } };
        return ml.Auto().CreateExperiment()
            .SetPipeline(
                ml.Auto().SequenceToSequence(options, searchSpace: Sweeps.Rates()).Append(ml.Transforms.CopyColumns("Copy", "Output")))
            .SetDataset(ml.Signals(), validation);
    }
}
