using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

/// <summary>P-values of errors among errors.</summary>
public class ErrorLevelsTests
{
    private static readonly ErrorLevels Levels = new(1, [-3, -1, -1, 0, 1, 2, 2, 2, 5]);

    [Theory]
    [InlineData(0, 7, 5)]
    [InlineData(2, 5, 9)]
    [InlineData(-1, 9, 4)]
    [InlineData(5, 2, 10)]
    [InlineData(-3, 10, 2)]
    public void Within_TheShareOfErrorsAtLeastAsExtreme_Counts(double error, int above, int below)
    {
        Levels.Above(error).Should().Be(above / 10.0);
        Levels.Below(error).Should().Be(below / 10.0);
        Levels.EitherWay(error).Should().Be(Math.Min(1, 2 * Math.Min(above, below) / 10.0));
    }

    [Fact]
    public void BeyondTheMostExtreme_APValueFalls_WithoutAStep()
    {
        double before = Levels.Above(5 + 1e-9);
        before.Should().BeApproximately(0.2, 1e-9, "so little is no difference");
        Levels.Above(5 + 1e-5).Should().BeApproximately(0.1, 1e-5);
        for (double error = 5.1; error < 20; error += 0.5)
        {
            double p = Levels.Above(error);
            p.Should().BePositive().And.BeLessThan(before);
            Levels.Below(-error).Should().BePositive().And.BeLessThan(0.2);
            before = p;
        }
        Levels.Above(double.PositiveInfinity).Should().Be(0);
    }

    // Of exponential errors the tail is known: the estimate is that of the shares, or one with heavier tails.
    [Fact]
    public void ATail_IsThatOfTheErrors()
    {
        double[] exponential = [.. Enumerable.Range(0, 2000).Select(i => -Math.Log((i + 0.5) / 2000)).Order()];
        double[] pareto = [.. Enumerable.Range(0, 2000).Select(i => Math.Pow((i + 0.5) / 2000, -0.5)).Order()];

        new ErrorTail(exponential, 1e-6).ShareBeyond(exponential[^1] + 3).Should().BeInRange(0.7 * Math.Exp(-3), 1.5 * Math.Exp(-3));
        new ErrorTail(pareto, 1e-6).ShareBeyond(3 * pareto[^1]).Should().BeInRange(0.7 / 9, 1.5 / 9);
        new ErrorTail([.. pareto.Select(size => Math.Min(size, 2))], 1e-6).ShareBeyond(3).Should().BeLessThan(1e-6);
    }

    [Fact]
    public void ASingleError_HasNoTail()
    {
        var levels = new ErrorLevels(1, [1]);
        (levels.Above(0), levels.Above(9), levels.Below(-9)).Should().Be((1, 0.5, 0.5));
    }

    [Fact]
    public void ManyErrors_AreThinnedOverTime()
    {
        object series = new();
        var levels = ErrorLevels.Of(Enumerable.Range(0, 200_000).Select(i => new ForecastError(series, 0, i % 2 == 0 ? 1 : -1, 3)));
        levels.Typical.Should().Be(1);
        levels.Sorted.Should().HaveCountLessThanOrEqualTo(ErrorLevels.Most).And.HaveCountGreaterThan(ErrorLevels.Most / 2);
        levels.Sorted.Should().AllSatisfy(error => Math.Abs(error).Should().BeApproximately(1, 1e-9), "a unit is the mean size");
    }

    [Fact]
    public void AUnit_FollowsTheSizeOfErrors_AndHardlyASpike()
    {
        var unit = new ErrorUnit(new double[ErrorUnit.Size]);
        unit.Of(scale: 10, typical: 0.5).Should().Be(5);
        for (int i = 0; i < 400; i++)
            unit.Add(i % 2 == 0 ? 2 : -2, unit.Of(10, 0.5));
        double usual = unit.Of(10, 0.5);
        usual.Should().BeApproximately(2, 0.2);
        unit.Add(1000, usual);
        unit.Of(10, 0.5).Should().BeInRange(usual, 1.06 * usual);
        new ErrorUnit(new double[ErrorUnit.Size]).Of(10, 0).Should().BePositive("there is no division by zero");
    }
}
