using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace.Option;
using Microsoft.ML.StateSpace.AutoML.Tests.Testing;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Trials;

/// <summary>Whole sweeps, with AutoML's experiment around small networks.</summary>
public class SweepTests
{
    private static SweepableEstimator Step(MLContext ml, int epochs = 9) => ml.Auto().SequenceClassification(Sweeps.Tiny(epochs), searchSpace: Sweeps.Rates());

    [Fact]
    public void Run_ClimbsTheLadderAndReturnsTheBest()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        var monitor = new RecordingMonitor();

        var best = ml.Experiment(Step(ml), new() { Folder = folder.Path }, monitor).SetMaxModelToExplore(8).Run();

        Assert.Equal(8, monitor.Completed.Count);
        Assert.Equal(monitor.Completed.Min(r => r.Loss), best.Loss);
        var journal = SweepJournal.Read(folder.Path);
        Assert.Equal([(0, 0), (0, 1), (0, 2), (0, 3), (1, 0)], journal.Trials.Take(5).Select(t => (t.Configuration, t.Rung)));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], journal.Trials.Take(3).SelectMany(t => t.Curve).Select(e => e.Epoch));
        Assert.Equal(best.Loss, journal.Best!.Loss);
        Assert.Equal(monitor.Completed.Select(r => r.Metric), journal.Trials.Select(t => t.Metric));
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

        Assert.NotEqual(four.Metric, five.Metric);
        Assert.Equal([four.Metric, (four.Metric + five.Metric) / 2], SweepJournal.Read(folder.Path).Trials.Select(t => t.Metric), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void OnceTheFirstIsAtTheTop_NothingBelowIsTheBest()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        var monitor = new RecordingMonitor();
        var scores = new Queue<double>([9, 8, 1, 20]);
        // The first configuration is at the top after two scores, 9 and 8; what follows at the lower rung is better, at the top worse.
        var step = new SweepableEstimator((context, parameter) => new FakeStep(context, _ => { }, parameter), Sweeps.Rates());

        var best = ml.Auto().CreateExperiment()
            .SetPipeline(step.Append(ml.Transforms.CopyColumns("Copy", "Label")))
            .SetDataset(ml.Classes(10), ml.Classes(10))
            .SetSequenceHalving(new() { Folder = folder.Path, Metric = new FakeMetric(scores.Dequeue), Rungs = 1, Seed = 1 })
            .SetMonitor(monitor)
            .SetMaxModelToExplore(4)
            .Run();

        // The score at the top is the mean: 8.5 and 10.5.
        Assert.Equal([9, 8.5, 1, 10.5], SweepJournal.Read(folder.Path).Trials.Select(t => t.Loss));
        Assert.Equal([double.MaxValue / 2, 8.5, double.MaxValue / 2, 10.5], monitor.Completed.Select(r => r.Loss));
        Assert.Equal([9, 8.5, 1, 10.5], monitor.Completed.Select(r => r.Metric));
        Assert.Equal(8.5, best.Loss);
        Assert.Equal("model-0-1.zip", Path.GetFileName(Assert.Single(Directory.GetFiles(folder.Path, "*.zip"))));
    }

    [Fact]
    public void ATrialThatClimbed_EqualsOneThatWasTrainedAtOnce()
    {
        var ml = new MLContext(seed: 1);
        var climbed = new RecordingMonitor();
        ml.Experiment(Step(ml), new(), climbed).SetMaxModelToExplore(3).Run();

        var whole = ml.Experiment(Step(ml), new() { Rungs = 1 }).SetMaxModelToExplore(1).Run();

        Assert.Equal(whole.Metric, climbed.Completed[2].Metric);
        Assert.NotEqual(whole.Metric, climbed.Completed[0].Metric);
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

        Assert.Equal(Losses(3), Losses(3));
        Assert.NotEqual(Losses(3), Losses(4));
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

        Assert.Equal(best.Model.Transform(data).GetColumn<float[]>("Score"), loaded.Transform(data).GetColumn<float[]>("Score"));
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

        Assert.Equal(5, monitor.Completed.Count);
        Assert.All(SweepJournal.Read(folder.Path).Trials, t => Assert.Equal(-t.Metric, t.Loss));
        // Configuration 1 waits at the lowest rung, with a checkpoint for each fold.
        Assert.Equal(["1-0-0-0.ckpt", "1-0-1-0.ckpt", "1-0-2-0.ckpt"], Directory.GetFiles(folder.File("checkpoints")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void AutoMLsOwnRunner_TakesTheStepToo()
    {
        var ml = new MLContext(seed: 1);
        var monitor = new RecordingMonitor();
        var best = ml.Auto().CreateExperiment()
            .SetPipeline(ml.Transforms.CopyColumns("Series", "Features").Append(ml.Auto().SequenceClassification(Sweeps.Tiny(2) with { FeatureColumnName = "Series" })))
            .SetDataset(ml.Classes(), ml.Classes(seed: 2))
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MacroAccuracy, labelColumn: "Label")
            .SetMonitor(monitor)
            .SetMaxModelToExplore(3)
            .Run();

        Assert.Equal(monitor.Completed.Max(r => r.Metric), best.Metric);
        Assert.Equal("running 0, completed 0, best 0", string.Join(", ", monitor.Events.Take(3)));
    }

    [Fact]
    public void AStep_StandsBesideAnAlternative()
    {
        var ml = new MLContext(seed: 1);
        SweepableEstimator Of(SequenceFamily family) => ml.Auto().SequenceClassification(new() { Training = new() { Epochs = 2 } }, [family], Space(family));
        static SearchSpace.SearchSpace Space(SequenceFamily family) => new()
        {
            { "Family", new ChoiceOption([family.ToString()]) }, { "ModelSize", new ChoiceOption([8]) }, { "Layers", new ChoiceOption([1]) },
        };
        var pipeline = ml.Transforms.CopyColumns("Copy", "Label").Append(Of(SequenceFamily.Of<S5Options>()), Of(SequenceFamily.Of<LruOptions>()));
        var monitor = new RecordingMonitor();

        var best = ml.Auto().CreateExperiment().SetPipeline(pipeline).SetDataset(ml.Classes(), ml.Classes(seed: 2))
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss, labelColumn: "Label")
            .SetSequenceHalving(new() { Seed = 1, Rungs = 1 }).SetMonitor(monitor).SetMaxModelToExplore(8).Run();

        Assert.Equal(2, monitor.Completed.Select(r => r.TrialSettings.Parameter["_pipeline_"]["_SCHEMA_"].AsType<string>()).Distinct().Count());
        Assert.Contains("Score", best.Model.Transform(ml.Classes()).Schema.Select(c => c.Name));
    }

    [Fact]
    public void BinaryClassification_IsSwept()
    {
        var ml = new MLContext(seed: 1);
        var options = new BinarySequenceClassificationOptions { LabelColumnName = "IsFast", Architecture = Sweeps.Tiny().Architecture, Training = Sweeps.Tiny().Training };

        var best = ml.Auto().CreateExperiment()
            .SetPipeline(ml.Auto().BinarySequenceClassification(options, searchSpace: Sweeps.Rates()).Append(ml.Transforms.CopyColumns("Answer", "PredictedLabel")))
            .SetDataset(ml.Classes(), ml.Classes(seed: 2))
            .SetBinaryClassificationMetric(BinaryClassificationMetric.AreaUnderRocCurve, labelColumn: "IsFast")
            .SetSequenceHalving()
            .SetMaxModelToExplore(4)
            .Run();

        Assert.InRange(best.Metric, 0.5, 1);
    }

    [Fact]
    public void RegressionMetrics_AreOverAllTimeSteps()
    {
        var ml = new MLContext(seed: 1);
        var validation = ml.Signals(seed: 8);
        var best = Regression(ml, validation).SetRegressionMetric(RegressionMetric.RootMeanSquaredError, "Target", "Output").SetSequenceHalving(new() { Repeats = 0 }).SetMaxModelToExplore(3).Run();

        var metrics = ml.Transforms.StateSpace.EvaluateSequenceToSequence(best.Model.Transform(validation));

        Assert.Equal(metrics.RootMeanSquaredError, best.Metric, 1e-3);
        Assert.Equal(best.Metric, best.Loss);
    }

    [Fact]
    public void ASequenceToSequenceMetric_CanBeGiven()
    {
        var ml = new MLContext(seed: 1);
        var validation = ml.Signals(seed: 8);
        var best = Regression(ml, validation).SetSequenceHalving(new() { Metric = new SequenceToSequenceMetricManager(SequenceToSequenceMetric.FitPercent), Repeats = 0 }).SetMaxModelToExplore(3).Run();

        Assert.Equal(ml.Transforms.StateSpace.EvaluateSequenceToSequence(best.Model.Transform(validation)).FitPercent, best.Metric, 1e-9);
        Assert.Equal(-best.Metric, best.Loss);
    }

    private static AutoMLExperiment Regression(MLContext ml, IDataView validation)
    {
        var options = new SequenceToSequenceOptions { Architecture = Sweeps.Tiny().Architecture, Training = new() { Epochs = 9, Threads = 1 } };
        return ml.Auto().CreateExperiment()
            .SetPipeline(ml.Auto().SequenceToSequence(options, searchSpace: Sweeps.Rates()).Append(ml.Transforms.CopyColumns("Copy", "Output")))
            .SetDataset(ml.Signals(), validation);
    }
}
