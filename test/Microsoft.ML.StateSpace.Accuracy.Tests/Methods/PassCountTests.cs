using Microsoft.ML.StateSpace.Accuracy.Methods;

namespace Microsoft.ML.StateSpace.Accuracy.Tests.Methods;

public sealed class PassCountTests
{
    private static readonly PassCount s_count = new(Jacobian: 41, HasReadOut: true, HasInnerSteps: false);

    [Fact]
    public void Iteration_CostsItsTrials_AndWhatComesBeforeThem()
    {
        var iteration = Rejecting(2);

        s_count.Of(new GradientDescentOptions(), iteration).Should().Be(6);
        s_count.Of(new LbfgsOptions(), iteration).Should().Be(6);
        s_count.Of(new LevenbergMarquardtOptions(), iteration).Should().Be(47);
        s_count.Of(new ProximalMsaOptions(), iteration).Should().Be(8);
        s_count.Of(new ExtendedMsaOptions(), iteration).Should().Be(9);
        (s_count with { HasReadOut = false, HasInnerSteps = true }).Of(new ExtendedMsaOptions(), iteration).Should().Be(8);
    }

    [Fact]
    public void Room_IsForWholeIterationsBehindTheFirstGradient()
    {
        DescentIteration[] iterations = [Rejecting(0), Rejecting(1), Rejecting(0)];
        int Room(int passes) => s_count.Within(passes, new LbfgsOptions(), iterations);

        // 2, then 2, 4 and 2.
        new[] { 3, 4, 7, 8, 9, 10, 100 }.Select(Room).Should().Equal(0, 1, 1, 2, 2, 3, 3);
        s_count.Most(100, new LbfgsOptions()).Should().Be(49);
        new[] { 0, 44, 45, 100 }.Select(passes => s_count.Most(passes, new LevenbergMarquardtOptions())).Should().Equal(0, 0, 1, 2);
    }

    private static DescentIteration Rejecting(int rejections)
        => new() { Objective = 1, Step = 1, Penalty = 1, Rejections = rejections, Residual = 1 };
}
