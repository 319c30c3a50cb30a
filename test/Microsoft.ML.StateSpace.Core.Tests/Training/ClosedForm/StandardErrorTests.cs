using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

public class StandardErrorTests
{
    // Twenty blocks of two rows; their sums have mean 1 and the deviation d, so the standard error of the mean is d / sqrt(20).
    [Theory]
    [InlineData(5, true)]
    [InlineData(4, false)]
    public void Differences_AreComparedWithTheirStandardError(double deviation, bool expected)
    {
        double spread = deviation * Math.Sqrt(19 / 20.0);
        double[] differences = [.. Enumerable.Range(0, 40).Select(i => 0.5 + (i / 2 % 2 == 0 ? spread : -spread) / 2)];
        StandardError.Explains(differences).Should().Be(expected);
    }

    [Fact]
    public void ADifferenceThatIsTheSameEverywhere_IsNoChance()
    {
        StandardError.Explains([.. Enumerable.Repeat(1e-9, 40)]).Should().BeFalse();
        StandardError.Explains(new double[40]).Should().BeTrue();
        StandardError.Explains([.. Enumerable.Repeat(-1.0, 40)]).Should().BeTrue();
    }
}
