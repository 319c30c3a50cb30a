using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.AutoML.Tests.Testing;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Trials;

/// <summary>A sweep over every task: its step is the estimator that it stands for, and its metric is what the evaluator says.</summary>
public class TaskSweepTests
{
    private static readonly ArchitectureOptions Tiny = Sweeps.Tiny().Architecture!;
    private static readonly TrainingOptions Training = new() { Epochs = 9, Threads = 1 };

    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string> Names => [.. SweptTask.All.Select(task => task.Name)];

    private static SweptTask Named(string name) => SweptTask.All.Single(task => task.Name == name);

    [Fact]
    public void EveryTask_IsSwept()
        => SweptTask.All.Select(task => task.Task).Distinct().Should().BeEquivalentTo(Enum.GetValues<SequenceTask>());

    [Theory]
    [MemberData(nameof(Names))]
    public void ASweep_ClimbsToWhatTheEstimatorLearns_AndItsBestSavesAndLoads(string name)
    {
        var task = Named(name);
        using var folder = new TemporaryFolder();
        IDataView train = task.Data(_ml, 1), validation = task.Data(_ml, 2);
        var monitor = new RecordingMonitor();

        // The first configuration is the library's own choice; after its three rungs, the others begin.
        var best = Experiment(task, new() { Folder = folder.Path, Seed = 1, Repeats = 0 }).SetDataset(train, validation)
            .SetMonitor(monitor).SetMaxModelToExplore(5).Run();

        var journal = SweepJournal.Read(folder.Path);
        journal.Trials.Select(t => (t.Configuration, t.Rung)).Take(4).Should().Equal((0, 0), (0, 1), (0, 2), (1, 0));
        journal.Trials.Should().AllSatisfy(t => t.Loss.Should().Be(task.IsMaximize ? -t.Metric : t.Metric));
        best.Metric.Should().BeApproximately(task.Evaluate(_ml, best.Model.Transform(validation)), 1e-4);
        var alone = task.Estimator(_ml, Tiny, Training with { Seed = 1 }).Fit(train).Transform(validation);
        monitor.Completed[2].Metric.Should().BeApproximately(task.Evaluate(_ml, alone), 1e-4);
        Answers(task, monitor.Completed[2].Model.Transform(validation)).Should().BeBitwise(Answers(task, alone));
        _ml.Model.Save(best.Model, train.Schema, folder.File("model.zip"));
        Answers(task, new MLContext().Model.Load(folder.File("model.zip"), out _).Transform(validation))
            .Should().BeBitwise(Answers(task, best.Model.Transform(validation)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Folds_AreThoseOfACrossValidation(string name)
    {
        var task = Named(name);
        var data = task.Data(_ml, 1);

        var trial = Experiment(task, new() { Rungs = 1, Repeats = 0, Seed = 4 }).SetDataset(data, fold: 3).SetMaxModelToExplore(1).Run();

        var folds = _ml.Data.CrossValidationSplit(data, numberOfFolds: 3, seed: 4);
        double[] metrics =
        [
            .. folds.Select(fold => task.Evaluate(
                _ml, task.Estimator(_ml, Tiny, Training with { Seed = 4 }).Fit(fold.TrainSet).Transform(fold.TestSet))),
        ];
        trial.Metric.Should().BeApproximately(metrics.Average(), 1e-4);
        metrics.Distinct().Should().HaveCountGreaterThan(1, "the folds must differ");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ASweepOverItsWholeSpace_Runs(string name)
    {
        var task = Named(name);
        var monitor = new RecordingMonitor();
        var space = SequenceSearchSpace.Create(
            task.Task, training: new() { Epochs = 3 }, families: [SequenceFamily.Of<LruOptions>(), SequenceFamily.Of<S5Options>()]);
        space["ModelSize"] = new SearchSpace.Option.ChoiceOption([8, 16], 8);
        space["Layers"] = new SearchSpace.Option.ChoiceOption([1, 2], 1);
        var pipeline = task.Step(_ml, null, new() { Epochs = 3, Threads = 1 }, space)
            .Append(_ml.Transforms.CopyColumns("Copy", task.Score));

        task.SetMetric(_ml.Auto().CreateExperiment().SetPipeline(pipeline)).SetDataset(task.Data(_ml, 1), task.Data(_ml, 2))
            .SetSequenceHalving(new() { Metric = task.Metric, Seed = 1 }).SetMonitor(monitor).SetMaxModelToExplore(8).Run();

        monitor.Failures.Should().BeEmpty();
        monitor.Completed.Select(result => result.Metric).Should().OnlyContain(metric => double.IsFinite(metric))
            .And.Subject.Distinct().Should().HaveCountGreaterThan(2);
    }

    /// <summary>Each fold makes its own keys, and the tags of both parts of a fold come by the same.</summary>
    [Fact]
    public void APipelineThatMakesTheKeysOfTags_IsSweptAndCrossValidated()
    {
        var data = _ml.Tags(60);
        var keys = _ml.Transforms.Conversion.MapValueToKey("Keys", nameof(TagRow.Tags));
        var options = new SequenceTaggingOptions
        {
            LabelColumnName = "Keys", Architecture = Tiny, Training = new() { Epochs = 60, LearningRate = 0.02, Threads = 1, Seed = 1 },
        };
        var space = new SearchSpace.SearchSpace { { "LearningRate", new SearchSpace.Option.ChoiceOption([0.01, 0.02], 0.02) } };
        var folds = _ml.Data.CrossValidationSplit(data, numberOfFolds: 2, seed: 1);

        // ML.NET has no CrossValidate for answers a time step, so this is its loop.
        var metrics = folds.Select(fold => _ml.Transforms.StateSpace.EvaluateSequenceTagging(
            keys.Append(_ml.Transforms.StateSpace.SequenceTagging(options)).Fit(fold.TrainSet).Transform(fold.TestSet), "Keys")).ToArray();
        var swept = _ml.Auto().CreateExperiment()
            .SetPipeline(keys.Append(_ml.Auto().SequenceTagging(options, searchSpace: space)))
            .SetDataset(data, fold: 2).SetMulticlassClassificationMetric(MulticlassClassificationMetric.MacroAccuracy, "Keys")
            .SetSequenceHalving(new() { Rungs = 1, Repeats = 0, Seed = 1 }).SetMaxModelToExplore(1).Run();

        metrics.Should().AllSatisfy(m => m.MicroAccuracy.Should().BeGreaterThan(0.85));
        metrics.Should().AllSatisfy(m => m.Tags.Select(tag => tag.Name).Should().BeEquivalentTo("unknown", "rises", "falls"));
        swept.Metric.Should().BeApproximately(metrics.Average(m => m.MacroAccuracy), 1e-4);
    }

    private static float[] Answers(SweptTask task, IDataView scored) => scored.Schema[task.Score].Type is VectorDataViewType
        ? [.. scored.GetColumn<float[]>(task.Score).SelectMany(answer => answer)]
        : [.. scored.GetColumn<float>(task.Score)];

    private AutoMLExperiment Experiment(SweptTask task, SequenceHalvingOptions options)
    {
        var step = task.Step(_ml, Tiny, Training, Sweeps.Rates());
        var pipeline = step.Append(_ml.Transforms.CopyColumns("Copy", task.Score));
        return task.SetMetric(_ml.Auto().CreateExperiment().SetPipeline(pipeline))
            .SetSequenceHalving(options with { Metric = task.Metric });
    }
}
