using Microsoft.ML.StateSpace.AutoML.Halving;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Halving;

public class HalvingScheduleTests
{
    /// <summary>Runs trials whose loss depends on configuration and rung, and writes down which they were.</summary>
    private static List<(int Configuration, int Rung)> Run(HalvingSchedule schedule, int trials, Func<HalvingStep, double> loss)
    {
        var steps = new List<(int, int)>();
        for (int i = 0; i < trials; i++)
        {
            var step = schedule.Next();
            steps.Add((step.Configuration, step.Rung));
            schedule.Finish(step, loss(step));
        }
        return steps;
    }

    [Fact]
    public void Next_TrainsTheFirstConfigurationToItsEnd()
        => Assert.Equal([(0, 0), (0, 1), (0, 2), (1, 0)], Run(new(3, 3, 0), 4, _ => 1));

    [Fact]
    public void Next_LetsOneInThreeGoOn()
    {
        // Every configuration is a little worse than the one before: of nine at the lowest rung three go on.
        var steps = Run(new(3, 3, 0), 13, step => step.Configuration);

        Assert.Equal(3, steps.Count(s => s.Rung == 1));
        Assert.Equal([0, 1, 2], steps.Where(s => s.Rung == 1).Select(s => s.Configuration));
        Assert.Equal(9, steps.Count(s => s.Rung == 0));
        Assert.Equal([(0, 2)], steps.Where(s => s.Rung == 2));
    }

    [Fact]
    public void Next_LetsTheBestGoOnAtOnce()
        => Assert.Equal([(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (2, 0)], Run(new(3, 3, 0), 7, step => step.Configuration == 1 ? 0 : 1));

    [Fact]
    public void Next_ComparesRungsOnTheirOwn()
    {
        // Configuration 1 is the best at first, and the worst from the second rung on.
        var steps = Run(new(3, 3, 0), 6, step => step.Configuration == 1 ? step.Rung == 0 ? 0 : 9 : 1);

        Assert.Contains((1, 1), steps);
        Assert.DoesNotContain((1, 2), steps);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.MaxValue)]
    [InlineData(double.PositiveInfinity)]
    public void Next_NeverLetsAFailureGoOn(double loss)
        => Assert.Equal([(0, 0), (1, 0), (2, 0), (3, 0)], Run(new(3, 3, 0), 4, _ => loss));

    [Fact]
    public void Next_WithOneRungTrainsAllToTheEnd()
    {
        var schedule = new HalvingSchedule(1, 3, 0);

        Assert.Equal([(0, 0), (1, 0), (2, 0)], Run(schedule, 3, step => step.Configuration));
        Assert.Equal(1, schedule.Share(0));
    }

    [Fact]
    public void Next_RepeatsTheBestOfThoseTrainedToTheEnd()
    {
        // With one rung of epochs, and every configuration a little better than the one before: the first, and then any that is the best of the repeated.
        Assert.Equal([(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)], Run(new(1, 3, 1), 6, step => -step.Configuration));
        // Every one a little worse: one in three.
        Assert.Equal([(0, 0), (0, 1), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (1, 1)], Run(new(1, 3, 1), 8, step => step.Configuration));
    }

    [Fact]
    public void Repeat_CountsTrainingsFromTheStart()
        => Assert.Equal([0, 0, 0, 1, 2], Enumerable.Range(0, 5).Select(new HalvingSchedule(3, 3, 2).Repeat));

    [Fact]
    public void Share_IsAPowerOfTheFactorUpToAll()
    {
        var schedule = new HalvingSchedule(3, 3, 2);

        Assert.Equal([1 / 9.0, 1 / 3.0, 1, 1, 1], Enumerable.Range(0, 5).Select(schedule.Share), (a, b) => Math.Abs(a - b) < 1e-12);
    }
}
