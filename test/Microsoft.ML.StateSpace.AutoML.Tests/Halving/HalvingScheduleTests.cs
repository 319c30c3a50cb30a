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
        => Run(new(3, 3, 0), 4, _ => 1).Should().Equal([(0, 0), (0, 1), (0, 2), (1, 0)]);

    [Fact]
    public void Next_LetsOneInThreeGoOn()
    {
        // Every configuration is a little worse than the one before: of nine at the lowest rung three go on.
        var steps = Run(new(3, 3, 0), 13, step => step.Configuration);

        steps.Count(s => s.Rung == 1).Should().Be(3);
        steps.Where(s => s.Rung == 1).Select(s => s.Configuration).Should().Equal(0, 1, 2);
        steps.Count(s => s.Rung == 0).Should().Be(9);
        steps.Where(s => s.Rung == 2).Should().Equal([(0, 2)]);
    }

    [Fact]
    public void Next_LetsTheBestGoOnAtOnce()
        => Run(new(3, 3, 0), 7, step => step.Configuration == 1 ? 0 : 1)
            .Should().Equal([(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (2, 0)]);

    [Fact]
    public void Next_ComparesRungsOnTheirOwn()
    {
        // Configuration 1 is the best at first, and the worst from the second rung on.
        var steps = Run(new(3, 3, 0), 6, step => step.Configuration == 1 ? step.Rung == 0 ? 0 : 9 : 1);

        steps.Should().Contain((1, 1));
        steps.Should().NotContain((1, 2));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.MaxValue)]
    [InlineData(double.PositiveInfinity)]
    public void Next_NeverLetsAFailureGoOn(double loss)
        => Run(new(3, 3, 0), 4, _ => loss).Should().Equal([(0, 0), (1, 0), (2, 0), (3, 0)]);

    [Fact]
    public void Next_WithOneRungTrainsAllToTheEnd()
    {
        var schedule = new HalvingSchedule(1, 3, 0);

        Run(schedule, 3, step => step.Configuration).Should().Equal([(0, 0), (1, 0), (2, 0)]);
        schedule.Share(0).Should().Be(1);
    }

    [Fact]
    public void Next_RepeatsTheBestOfThoseTrainedToTheEnd()
    {
        // There is one rung of epochs, and every configuration is a little better than the one before. Repeated are the first, and then
        // each that is the best of those that were repeated.
        Run(new(1, 3, 1), 6, step => -step.Configuration).Should().Equal([(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]);
        // Here every configuration is a little worse than the one before: one in three is repeated.
        Run(new(1, 3, 1), 8, step => step.Configuration).Should().Equal([(0, 0), (0, 1), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (1, 1)]);
    }

    [Fact]
    public void Repeat_CountsTrainingsFromTheStart()
        => Enumerable.Range(0, 5).Select(new HalvingSchedule(3, 3, 2).Repeat).Should().Equal(0, 0, 0, 1, 2);

    [Fact]
    public void Share_IsAPowerOfTheFactorUpToAll()
    {
        var schedule = new HalvingSchedule(3, 3, 2);

        Enumerable.Range(0, 5).Select(schedule.Share).Should().Equal([1 / 9.0, 1 / 3.0, 1, 1, 1], (a, b) => Math.Abs(a - b) < 1e-12);
    }
}
