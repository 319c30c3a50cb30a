using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>What is chosen where no architecture is set.</summary>
public class DefaultArchitectureTests
{
    [Theory]
    [InlineData(SequenceTask.Classification, 30, typeof(StateSpaceBankOptions))]
    [InlineData(SequenceTask.Classification, 4999, typeof(StateSpaceBankOptions))]
    [InlineData(SequenceTask.Classification, 5000, typeof(S5Options))]
    [InlineData(SequenceTask.Regression, 30, typeof(StateSpaceBankOptions))]
    [InlineData(SequenceTask.Regression, 1500, typeof(StateSpaceBankOptions))]
    [InlineData(SequenceTask.Regression, 1501, typeof(EnsembleOptions))]
    [InlineData(SequenceTask.Tagging, 30, typeof(S5Options))]
    [InlineData(SequenceTask.SequenceToSequence, 1, typeof(StateSpaceBankOptions))]
    public void Choose_FollowsTheRule(SequenceTask task, int sequences, Type expected)
        => Choose(task, sequences, new TrainingOptions()).Should().BeOfType(expected);

    [Fact]
    public void Choose_WeighsALinearModelAndTwoNetworks_WhereThereAreManyValues()
    {
        var ensemble = (EnsembleOptions)Choose(SequenceTask.Regression, 1501, new TrainingOptions());
        ensemble.Stacked.Should().BeTrue();
        ensemble.Members[0].Should().Be(new StateSpaceBankOptions { Filters = 0 });
        ensemble.Members.Skip(1).Cast<S5Options>().Select(member => member.Pooling).Should().Equal(Pooling.Mean, Pooling.Last);
    }

    [Fact]
    public void Choose_TakesABankForValues_WhereStepsAreNotEquallyFarApart()
        => Choose(SequenceTask.SequenceToSequence, 30, new TrainingOptions(), hasIntervals: true)
            .Should().BeOfType<StateSpaceBankOptions>();

    [Fact]
    public void Choose_TakesANetwork_WhereTimeStepsAreTokens()
        => Choose(SequenceTask.Classification, 30, new TrainingOptions(), vocabulary: 5).Should().BeOfType<S5Options>();

    public static TheoryData<TrainingOptions> OfNetworks { get; } =
    [
        new() { Epochs = 3 }, new() { BatchSize = 3 }, new() { LearningRate = 0.1 }, new() { LabelSmoothing = 0 },
        new() { Loss = ValueLossKind.Huber }, new() { OutputWeights = [1] }, new() { ValidationFraction = 0.2 }, new() { Patience = 3 },
        new() { CheckpointPath = "training.checkpoint" },
    ];

    [Theory]
    [MemberData(nameof(OfNetworks))]
    public void Choose_TakesANetwork_WhereOptionsAskForOne(TrainingOptions training)
        => Choose(SequenceTask.Regression, 30, training).Should().BeOfType<S5Options>();

    private static ArchitectureOptions Choose(
        SequenceTask task, int sequences, TrainingOptions training, int vocabulary = 0, bool hasIntervals = false)
    {
        var data = new SequenceSet(1, TargetLayout.Of(task, 2), hasIntervals);
        for (int i = 0; i < sequences; i++)
        {
            if (data.Targets.Kind == TargetKind.Class)
                data.Add([0], i % 2);
            else
                data.Add([0], [0f, 0], hasIntervals ? [1] : null);
        }
        var options = new SequenceModelOptions
        {
            Task = task, Inputs = 1, Outputs = 2, Vocabulary = vocabulary, HasIntervals = hasIntervals, Architecture = null!,
        };
        return DefaultArchitecture.Choose(options, training, data);
    }
}
