using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

public class HoldoutTests
{
    [Fact]
    public void Split_TakesItsShareOfEveryClass()
    {
        var (training, validation) = Holdout.Split(Labelled(40, 20, 10), 0.2, new Random(1));
        Counts(validation!).Should().Equal(8, 4, 2);
        Counts(training).Should().Equal(32, 16, 8);
    }

    [Fact]
    public void Split_NeverTakesAClassesLastSequence()
    {
        var (training, _) = Holdout.Split(Labelled(1, 5, 2), 0.9, new Random(1));
        Counts(training).Should().Equal(1, 1, 1);
    }

    // No class has a whole sequence to give: those that are rounded up are as many as the fraction of all asks for.
    [Fact]
    public void Split_OfManySmallClasses_TakesTheFractionOfAll()
    {
        var (training, validation) = Holdout.Split(Labelled([.. Enumerable.Repeat(5, 80)]), 0.1, new Random(1));
        validation!.Count.Should().Be(40);
        Counts(validation).Should().OnlyContain(count => count == 1);
        Counts(training).Should().HaveCount(80);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.25)]
    [InlineData(0.37)]
    [InlineData(0.5)]
    public void Split_OfAnyClasses_IsWithinOneOfEachShare_AndHasTheShareOfAll(double fraction)
    {
        var random = new Random(3);
        for (int trial = 0; trial < 50; trial++)
        {
            int[] sizes = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => random.Next(3, 40))];
            var (training, validation) = Holdout.Split(Labelled(sizes), fraction, random);
            validation!.Count.Should().Be((int)Math.Round(sizes.Sum() * fraction, MidpointRounding.AwayFromZero));
            Counts(training).Zip(sizes).Should().OnlyContain(pair => Math.Abs(pair.Second - pair.First - pair.Second * fraction) < 1);
        }
    }

    [Fact]
    public void Split_OfFewSequences_HoldsOutOne() => Holdout.Split(Labelled(3), 0.1, new Random(1)).Validation!.Count.Should().Be(1);

    [Fact]
    public void AFraction_ThatHoldsOutNothing_IsTold()
    {
        var warnings = new List<string>();
        var data = new SequenceSet(1, TargetLayout.Classes);
        data.Add([1, 2, 3], 0);
        data.Add([3, 2, 5], 1);
        var training = SmallTask.Training with { Epochs = 1, ValidationFraction = 0.3 };
        Trainer.Fit(SmallTask.Model, training, data, warn: warnings.Add).Summary.BestEpoch.Should().Be(1);
        warnings.Should().Contain(line => line.Contains("ValidationFraction is 0.3") && line.Contains("no class has two"));
    }

    [Fact]
    public void AFractionOfZero_IsNothingToTell()
    {
        var warnings = new List<string>();
        Trainer.Fit(SmallTask.Model, SmallTask.Training with { Epochs = 1 }, SmallTask.Data(12), warn: warnings.Add);
        warnings.Should().NotContain(line => line.Contains("ValidationFraction"));
    }

    // Every epoch would be as good as any other, and patience would end training early.
    [Fact]
    public void AValidationSet_WhoseTargetsDoNotCount_IsTold_AndNotUsed()
    {
        var warnings = new List<string>();
        var data = new SequenceSet(1, TargetLayout.StepValues(1));
        data.Add([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]);
        var validation = new SequenceSet(1, TargetLayout.StepValues(1));
        validation.Add([1, 2], [1, 2]);
        var options = SmallTask.Model with
        {
            Task = SequenceTask.SequenceToSequence, Outputs = 1,
            Architecture = SmallTask.Model.Network with { Bidirectional = false },
        };
        var training = SmallTask.Training with { Washout = 3, Patience = 1 };
        var summary = Trainer.Fit(options, training, data, validation, warn: warnings.Add).Summary;
        summary.Epochs.Should().Be(6);
        summary.ValidationLoss.Should().Be(null);
        warnings.Should().Contain(line => line.Contains("Washout"));
        var nothing = () => Trainer.Fit(options, training with { Washout = 5 }, data);
        nothing.Should().Throw<InvalidOperationException>().WithMessage("None of the targets of the training sequences counts*Washout*");
    }

    [Fact]
    public void Split_LosesNothing()
    {
        var (training, validation) = Holdout.Split(Labelled(7, 9, 4), 0.3, new Random(1));
        Ids(training).Concat(Ids(validation!)).Order().Should().Equal(Enumerable.Range(0, 20).Select(i => (float)i));
    }

    [Fact]
    public void Split_OfNothing_KeepsAll()
    {
        var data = Labelled(3, 3);
        Holdout.Split(data, 0, new Random(1)).Should().Be((data, null));
    }

    [Fact]
    public void Split_OfSequencesWithTargets_TakesItsShare()
    {
        var data = new SequenceSet(1, TargetLayout.StepValues(1));
        for (int i = 0; i < 30; i++)
            data.Add([i], [i]);
        var (training, validation) = Holdout.Split(data, 0.2, new Random(1));
        training.Count.Should().Be(24);
        validation!.Count.Should().Be(6);
    }

    private static SequenceSet Labelled(params int[] counts)
    {
        var data = new SequenceSet(1, TargetLayout.Classes);
        for (int label = 0; label < counts.Length; label++)
            for (int i = 0; i < counts[label]; i++)
                data.Add([data.Count], label);
        return data;
    }

    private static int[] Counts(SequenceSet set)
        => [.. Enumerable.Range(0, set.Count).CountBy(i => set.Classes(i)[0]).OrderBy(pair => pair.Key).Select(pair => pair.Value)];

    private static IEnumerable<float> Ids(SequenceSet set) => Enumerable.Range(0, set.Count).Select(i => set.Values(i)[0]);
}
