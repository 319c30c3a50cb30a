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
        Near.Equal(ReferenceValues.At("lr_schedules/a"), [.. ReferenceValues.At("lr_schedules/steps").Select(step => schedule.Rate((int)step))], Tolerance.Reference, "rate");
    }

    [Fact]
    public void Rate_StaysZero_BehindTheLastStep() => Assert.Equal([0.0, 0.0], new[] { new CosineSchedule(1, 3, 20).Rate(20), new CosineSchedule(1, 3, 20).Rate(35) });

    [Fact]
    public void Rate_StartsAtThePeak_WithoutWarmUp() => Assert.Equal(0.3, new CosineSchedule(0.3, 0, 20).Rate(0));
}
