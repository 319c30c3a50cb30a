using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
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
