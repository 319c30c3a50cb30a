using System.Collections.Concurrent;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

public class SlowStageTests
{
    [Fact]
    public void WhatTakesLong_SaysSoWhileItGoesOn_AndHowLongItTook()
    {
        var lines = new BlockingCollection<string>();
        using (SlowStage.Begin("Counting sheep", lines.Add, TimeSpan.Zero))
            lines.Take().Should().StartWith("Counting sheep is taking longer");
        lines.Take().Should().StartWith("Counting sheep took");
        lines.Should().BeEmpty();
    }

    [Fact]
    public void WhatIsQuick_SaysNothing()
    {
        var lines = new List<string>();
        SlowStage.Begin("Counting sheep", lines.Add, TimeSpan.FromDays(1))!.Dispose();
        lines.Should().BeEmpty();
    }
}
