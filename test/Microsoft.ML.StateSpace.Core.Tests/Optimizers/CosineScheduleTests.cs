using Microsoft.ML.StateSpace.Optimizers;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Optimizers;

public class CosineScheduleTests
{
    [Fact]
    public void Rate_MatchesReference()
    {
        var schedule = new CosineSchedule(1, 10, 100);
        ReferenceValues.At("lr_schedules/steps").Select(step => schedule.Rate((int)step))
            .Should().BeNear(ReferenceValues.At("lr_schedules/a"), Tolerance.Reference, "rate");
    }

    [Fact]
    public void Rate_StaysZero_BehindTheLastStep()
        => (new[] { new CosineSchedule(1, 3, 20).Rate(20), new CosineSchedule(1, 3, 20).Rate(35) }).Should().Equal(0.0, 0.0);

    [Fact]
    public void Rate_HoldsThePeak_OverMoreStepsThanAnIntCounts()
        => new CosineSchedule(0.3, 0, 6_000_000_000).Rate(1000).Should().BeApproximately(0.3, 1e-12);

    [Fact]
    public void Rate_StartsAtThePeak_WithoutWarmUp() => new CosineSchedule(0.3, 0, 20).Rate(0).Should().Be(0.3);
}
