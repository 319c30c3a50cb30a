using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace.Option;
using Microsoft.ML.StateSpace.AutoML.Tests.Testing;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Trials;

/// <summary>A bank has no epochs that a rung could end; it is trained whole on each.</summary>
public class BankSweepTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string> Names => ["Classification", "BinaryClassification", "Regression"];

    [Theory]
    [MemberData(nameof(Names))]
    public void OnEveryRung_ItIsTheEstimator(string name)
    {
        var task = SweptTask.All.Single(task => task.Name == name);
        using var folder = new TemporaryFolder();
        var monitor = new RecordingMonitor();
        IDataView train = task.Data(_ml, 1), validation = task.Data(_ml, 2);
        var bank = new StateSpaceBankOptions();
        var space = new SearchSpace.SearchSpace { { "StateSpaceBank", Filters() } };
        var pipeline = task.Step(_ml, bank, new() { Threads = 1 }, space).Append(_ml.Transforms.CopyColumns("Copy", task.Score));

        var best = task.SetMetric(_ml.Auto().CreateExperiment().SetPipeline(pipeline)).SetDataset(train, validation)
            .SetSequenceHalving(new() { Metric = task.Metric, Folder = folder.Path, Seed = 1, Repeats = 0 })
            .SetMonitor(monitor).SetMaxModelToExplore(5).Run();

        monitor.Failures.Should().BeEmpty();
        double[] rungs = [.. monitor.Completed.Take(3).Select(result => result.Metric)];
        rungs.Should().AllBeEquivalentTo(rungs[0]);
        var alone = task.Estimator(_ml, bank with { Filters = 128 }, new() { Threads = 1, Seed = 1 }).Fit(train).Transform(validation);
        rungs[0].Should().BeApproximately(task.Evaluate(_ml, alone), 1e-4);
        best.Metric.Should().BeApproximately(task.Evaluate(_ml, best.Model.Transform(validation)), 1e-4);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ASweep_ChoosesBetweenABankAndANetwork(string name)
    {
        var task = SweptTask.All.Single(task => task.Name == name);
        var monitor = new RecordingMonitor();
        var space = SequenceSearchSpace.Create(
            task.Task, training: new() { Epochs = 3 },
            families: [SequenceFamily.Of<StateSpaceBankOptions>(), SequenceFamily.Of<LruOptions>()]);
        space["ModelSize"] = new ChoiceOption([8, 16], 8);
        space["Layers"] = new ChoiceOption([1, 2], 1);
        space["StateSpaceBank"] = Filters();
        var pipeline = task.Step(_ml, null, new() { Epochs = 3, Threads = 1 }, space)
            .Append(_ml.Transforms.CopyColumns("Copy", task.Score));

        task.SetMetric(_ml.Auto().CreateExperiment().SetPipeline(pipeline)).SetDataset(task.Data(_ml, 1), task.Data(_ml, 2))
            .SetSequenceHalving(new() { Metric = task.Metric, Seed = 1 }).SetMonitor(monitor).SetMaxModelToExplore(12).Run();

        monitor.Failures.Should().BeEmpty();
        monitor.Completed.Select(result => result.Metric).Should().OnlyContain(metric => double.IsFinite(metric));
        monitor.Completed.Select(result => Family(result.Model)).Distinct().Should().HaveCount(2);
    }

    private static SearchSpace.SearchSpace Filters() => new() { { "Filters", new ChoiceOption([128, 256], 128) } };

    private static Type Family(ITransformer model)
    {
        while (model is IEnumerable<ITransformer> chain)
            model = chain.First();
        return ((SequenceTransformer)model).Model.Options.Architecture.GetType();
    }
}
