using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

public class StackedOutputTests
{
    private const int Count = 200;

    [Fact]
    public void WeightsTogether_AreAtMostOne()
    {
        // The member says half of what is true, so a weight of 2 would be best.
        float[] targets = Draw.Uniform(Count, -1, 1, 1);
        Weights(targets, linear: 1, Array.ConvertAll(targets, y => y / 2.0))[0].Should().BeApproximately(1, 1e-12);
    }

    [Fact]
    public void AMemberThatIsNotLinear_HasNoWeight_WhereChanceExplainsWhatItAdds()
    {
        float[] targets = Draw.Uniform(Count, -1, 1, 2), noise = Draw.Uniform(Count, -0.5, 0.5, 3);
        double[] linear = Off(targets, noise), other = Off(targets, Draw.Uniform(Count, -0.5, 0.5, 4));
        // The other is better in a single row alone, and worse by nothing elsewhere.
        double[] once = [.. linear];
        once[17] = targets[17];
        Weights(targets, 1, linear, once).Should().Equal(Weights(targets, 1, linear)[0], 0);
        Weights(targets, 1, linear, other)[1].Should().BeGreaterThan(0.3, "two unlike errors of one size are better together");
    }

    [Fact]
    public void RowsThatAreSkipped_DoNotCount()
    {
        float[] targets = Draw.Uniform(Count, -1, 1, 5);
        double[] good = targets.ToDouble(), late = [.. good];
        late.AsSpan(0, 20).Fill(50);
        var rows = Rows(targets);
        new StackedOutput(rows, [late], 0, skip: 20).Solve(1).Weights[0].Should().BeApproximately(1, 1e-2);
        new StackedOutput(rows, [late], 0).Solve(1).Weights[0].Should().BeLessThan(0.1);
    }

    private static double[] Off(float[] targets, float[] noise) => [.. targets.Zip(noise, (y, e) => (double)(y + e))];

    private static double[] Weights(float[] targets, int linear, params double[][] members)
        => new StackedOutput(Rows(targets), members, 0).Solve(linear).Weights;

    private static StepRows Rows(float[] targets) => new(new float[targets.Length], targets, [0, targets.Length]);
}
