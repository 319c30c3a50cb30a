using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Core.Tests.Training;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis;

public class SequenceImportanceTests
{
    // Only channel 1, and of it only the second half, tells the class.
    private static readonly TrainedModel Model = Trainer.Fit(
        SmallTask.Model with { Inputs = 3 }, SmallTask.Training with { Epochs = 20 }, Data(60, seed: 1));

    [Fact]
    public void TheChannelAndTheTimeThatTellTheClass_Matter()
    {
        var importance = SequenceImportance.Of(Model, Data(40, seed: 2), repeats: 5, stretches: 4, seed: 1);
        importance.MetricName.Should().Be("accuracy");
        importance.Metric.Should().BeGreaterThan(0.9);
        importance.Channels.Should().HaveCount(3);
        importance.Channels[1].Mean.Should().BeGreaterThan(0.25);
        importance.Channels[0].Mean.Should().BeLessThan(0.1);
        importance.Channels[2].Mean.Should().BeLessThan(0.1);
        importance.Stretches.Select(part => part.Name).Should().Equal("0-25 %", "25-50 %", "50-75 %", "75-100 %");
        importance.Stretches.Take(2).Max(part => part.Mean).Should().BeLessThan(importance.Stretches.Skip(2).Max(part => part.Mean));
        importance.Channels[1].StandardDeviation.Should().BePositive();
    }

    [Fact]
    public void SameSeed_SameNumbers()
    {
        SequenceImportance Importance(int seed) => SequenceImportance.Of(Model, Data(40, seed: 2), repeats: 2, stretches: 0, seed);
        Importance(3).Channels.Should().Equal(Importance(3).Channels);
        Importance(4).Channels.Should().NotEqual(Importance(3).Channels);
    }

    [Fact]
    public void OfOneLongSequence_IsMeasuredByShiftingItInTime()
    {
        var options = ModelCases.Options("S5, sequence to sequence");
        var record = ModelCases.Data(options, 400);
        var (network, parameters) = ModelCases.Create(options, record);
        var model = new TrainedModel(options, parameters, Summary.None);
        var answers = new float[400 * options.Outputs];
        new SequencePredictor(model).Predict(record.Values(0), answers);
        var known = new SequenceSet(options.Inputs, record.Targets);
        known.Add(record.Values(0).ToArray(), answers);
        var importance = SequenceImportance.Of(model, known, repeats: 2, stretches: 2, seed: 1);
        importance.Metric.Should().Be(100);
        importance.Channels.Should().AllSatisfy(channel => channel.Mean.Should().BePositive());
    }

    [Theory]
    [InlineData("Regression", "fit %")]
    [InlineData("Tagging, two-way", "accuracy")]
    public void EveryTask_HasItsMetric(string name, string metric)
    {
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, 20, 9, 30);
        var (_, parameters) = ModelCases.Create(options, data);
        SequenceImportance.Of(new TrainedModel(options, parameters, Summary.None), data, repeats: 1, stretches: 1, seed: 1)
            .MetricName.Should().Be(metric);
    }

    private static SequenceSet Data(int count, int seed)
    {
        var data = new SequenceSet(3, TargetLayout.Classes);
        for (int i = 0; i < count; i++)
        {
            float[] values = Draw.Uniform(3 * 32, -1, 1, 1000 * seed + i);
            for (int t = 16; t < 32; t++)
                values[3 * t + 1] += i % 2 == 0 ? 1.5f : -1.5f;
            data.Add(values, i % 2);
        }
        return data;
    }
}
