using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

public class ReadOutTargetsTests
{
    [Fact]
    public void AClass_IsOneOutputAClass_AndUnknownOnesDoNotCount()
    {
        var targets = OfClasses(null, 2, TargetLayout.NoClass, 0);

        targets.Rows.Should().Equal(0, 2);
        targets.Classes.Should().Equal(2, 0);
        targets.Values.Should().Equal(-1f, -1, 1, 1, -1, -1);
        targets.Weights.Should().Equal(1f, 1);
    }

    [Fact]
    public void Weights_HaveTheMeanOne_AndAClassOfWeightZeroDoesNotCount()
    {
        var targets = OfClasses([3, 1, 0], 0, 1, 2, 1, 0);

        targets.Rows.Should().Equal(0, 1, 3, 4);
        targets.Weights.Should().Equal(1.5f, 0.5f, 0.5f, 1.5f);
    }

    [Fact]
    public void AValue_IsStandardised_AndNaNDoesNotCount()
    {
        var layout = new ParameterLayout();
        var head = new Head(layout, SequenceTask.Regression, 2);
        var parameters = layout.Create(new Random(1));
        parameters["Output.Mean"][1] = 10;
        parameters["Output.Deviation"][1] = 4;
        var data = new SequenceSet(1, head.Targets);
        data.Add([0], [1, 12]);
        data.Add([0], [1, float.NaN]);
        data.Add([0], [-2, 2]);

        var targets = ReadOutTargets.Of(data, head, parameters.Values, null);

        targets.Rows.Should().Equal(0, 2);
        targets.Classes.Should().BeNull();
        targets.Values.Should().Equal(1, 0.5f, -2, -2);
        targets.Weights.Should().Equal(1f, 1);
    }

    [Fact]
    public void WhereNoneIsKnown_ThereIsNoRow() => OfClasses(null, TargetLayout.NoClass).Count.Should().Be(0);

    private static ReadOutTargets OfClasses(double[]? weights, params int[] classes)
    {
        var data = new SequenceSet(1, TargetLayout.Classes);
        foreach (int label in classes)
            data.Add([0], label);
        return ReadOutTargets.Of(data, new Head(new ParameterLayout(), SequenceTask.Classification, 3), [], weights);
    }
}
