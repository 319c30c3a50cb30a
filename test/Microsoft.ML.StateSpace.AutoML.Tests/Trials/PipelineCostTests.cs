using Microsoft.ML.AutoML;
using Microsoft.ML.StateSpace.AutoML.Tests.Testing;
using Microsoft.ML.StateSpace.AutoML.Trials;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Trials;

public class PipelineCostTests
{
    private readonly MLContext _ml = new(1);

    private static Parameter Of(SweepablePipeline pipeline, Action<Parameter>? change = null)
    {
        var own = pipeline.SearchSpace.SampleFromFeatureSpace(pipeline.SearchSpace.Default);
        change?.Invoke(own);
        var parameter = Parameter.CreateNestedParameter();
        parameter["_pipeline_"] = own;
        return parameter;
    }

    public static TheoryData<string> Tasks => [.. SweptTask.All.Select(task => task.Name)];

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Of_IsTheNumberOfParametersThatAreTrained(string name)
    {
        var task = SweptTask.All.Single(task => task.Name == name);
        var architecture = new LruOptions { Layers = 2, ModelSize = 24, StateSize = 16 };
        var training = new TrainingOptions { Epochs = 1, Threads = 1 };
        var pipeline = task.Step(_ml, architecture, training, null).Append(_ml.Transforms.CopyColumns("Copy", task.Score));
        var model = (SequenceTransformer)task.Estimator(_ml, architecture, training).Fit(task.Data(_ml, 1));

        double? cost = new PipelineCost(pipeline).Of(Of(pipeline));

        // The count of the model leaves out the fixed parameters, which are two statistics of the one channel, and two of each of at most
        // two targets. The estimate has two outputs, of 24 weights and a bias each, where a model may have one.
        cost.Should().NotBeNull();
        (cost.Value - model.Summary.ParameterCount).Should().BeInRange(0, 2 + 4 + 25);
    }

    [Fact]
    public void Of_GrowsWithTheNetworkAndAddsUpSteps()
    {
        var one = _ml.Auto().SequenceClassification(families: [SequenceFamily.Of<S5Options>()])
            .Append(_ml.Transforms.CopyColumns("Answer", "PredictedLabel"));
        var two = one.Append(_ml.Auto().SequenceToSequence(families: [SequenceFamily.Of<S5Options>()]));
        string step = one.Estimators.Keys.First();
        double usual = new PipelineCost(one).Of(Of(one))!.Value;

        new PipelineCost(one).Of(Of(one, p => p[step]["ModelSize"] = Parameter.FromInt(128)))!.Value
            .Should().BeInRange(2 * usual, 4 * usual);
        new PipelineCost(two).Of(Of(two))!.Value.Should().BeInRange(1.5 * usual, 2 * usual);
    }

    [Theory]
    [InlineData("Classification")]
    [InlineData("BinaryClassification")]
    [InlineData("Regression")]
    public void Of_GrowsWithTheFiltersOfABank(string name)
    {
        var pipeline = SweptTask.All.Single(task => task.Name == name).Step(_ml, new StateSpaceBankOptions(), new() { Threads = 1 }, null)
            .Append(_ml.Transforms.CopyColumns("Copy", "Score"));
        string step = pipeline.Estimators.Keys.First();
        double usual = new PipelineCost(pipeline).Of(Of(pipeline))!.Value;

        usual.Should().BePositive();
        new PipelineCost(pipeline).Of(Of(pipeline, p => p[step]["StateSpaceBank"]["Filters"] = Parameter.FromInt(2560)))!.Value
            .Should().BeInRange(1.9 * usual, 2.1 * usual);
    }

    [Fact]
    public void Of_WhatCannotBeBuilt_IsUnknown()
    {
        var step = new SweepableEstimator((_, _) => throw new ArgumentException("Nothing fits."), Sweeps.Rates());
        var pipeline = step.Append(_ml.Transforms.CopyColumns("Answer", "PredictedLabel"));

        new PipelineCost(pipeline).Of(Of(pipeline)).Should().BeNull();
    }
}
