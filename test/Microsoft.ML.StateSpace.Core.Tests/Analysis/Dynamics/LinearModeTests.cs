using Microsoft.ML.StateSpace.Analysis;
using static Microsoft.ML.StateSpace.Testing.Oracle.ReferenceValues;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis.Dynamics;

/// <summary>The closed forms of real modes, against reference values, Runge-Kutta and descent itself.</summary>
public class LinearModeTests
{
    private const string Balanced = "learning_dynamics", Imbalanced = "dynamics_imbalance";

    private static readonly LinearMode Mode = new(Number($"{Imbalanced}/sigma"), Number($"{Imbalanced}/eta"));

    [Fact]
    public void Statistics_AreThoseOfTheReference()
    {
        double[] h = At($"{Balanced}/h");
        var mode = LinearMode.Of(0.8, new(At($"{Balanced}/u"), [.. h.Select(value => 1.5 * value)]));
        mode.Sigma.Should().BeApproximately(Number($"{Balanced}/sigma"), 1e-12);
        mode.Eta.Should().BeApproximately(Number($"{Balanced}/eta"), 1e-12);
        mode.Optimum.Should().BeApproximately(1.5, 1e-12);
    }

    [Theory]
    [InlineData("p_t", 1, StateSharing.Shared, 0.1, 0.1)]
    [InlineData("p_t", 1, StateSharing.Independent, 0.1, 0.1)]
    [InlineData("shared_N4_p_t", 4, StateSharing.Shared, 0.1, 0.1)]
    [InlineData("frozen_b_shared_N4_c", 4, StateSharing.FrozenInputShared, 1, 0)]
    public void Product_OfABalancedOrFrozenStart_IsThatOfTheReference(string name, int states, StateSharing sharing, double b, double c)
    {
        var modes = new SharedModes(new(Number($"{Balanced}/sigma"), Number($"{Balanced}/eta")), states, sharing);
        double[] times = At($"{Balanced}/t"), expected = At($"{Balanced}/{name}");
        for (int i = 0; i < times.Length; i++)
            modes.ProductAt(b, c, times[i]).Should().BeApproximately(expected[i], 1e-9 * expected[i] + 1e-15);
        modes.TimeTo(b, c, expected[2]).Should().BeApproximately(times[2], 1e-7);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void TimeToNineTenths_OfAnyImbalance_IsThatOfTheReference_AndOfRungeKutta(int number)
    {
        string path = $"{Imbalanced}/cases/{number}";
        double b = Number($"{path}/b0"), c = Number($"{path}/c0");
        double[] counts = At($"{path}/N"), rates = At($"{path}/R_N"), times = At($"{path}/t90");
        for (int i = 0; i < counts.Length; i++)
        {
            var modes = new SharedModes(Mode, (int)counts[i], StateSharing.Shared);
            double target = 0.9 * modes.OfOneState.Optimum, time = modes.TimeTo(b, c, target);
            modes.Rate(b, c).Should().BeApproximately(rates[i], 1e-10 * rates[i]);
            time.Should().BeApproximately(times[i], 1e-10 * times[i]);
            modes.ProductAt(b, c, time).Should().BeApproximately(target, 1e-12 * target);
            RungeKutta(modes, b, c, target).Should().BeApproximately(time, 1e-3 * time);
        }
    }

    [Fact]
    public void Curve_OfAnImbalance_IsThatOfTheReference()
    {
        double[] times = At($"{Imbalanced}/curve_t"), expected = At($"{Imbalanced}/curve_p");
        var modes = new SharedModes(Mode, 4, StateSharing.Shared);
        for (int i = 0; i < times.Length; i++)
            modes.ProductAt(0.05, 1, times[i]).Should().BeApproximately(expected[i], 1e-10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(16)]
    public void Descent_TakesThePredictedSteps(int states)
    {
        var modes = new SharedModes(Mode, states, StateSharing.Shared);
        double rate = 0.01 / (states * Mode.Sigma), b = 0.1, c = 0.1, target = 0.9 * modes.OfOneState.Optimum;
        double steps = Steps(modes.OfOneState, b, c, rate, target);
        steps.Should().BeApproximately(modes.TimeTo(b, c, target) / rate, 0.01 * steps);

        // The factor N is one at equal rates only: at the same share of the largest stable rate the distance falls by the same each step.
        double best = 0.1 * modes.LargestStableRate(b, c), last = Math.Sqrt(modes.OfOneState.Optimum);
        double distance = 1e-4, after = Step(modes.OfOneState, last - distance, last - distance, best).B;
        ((last - after) / distance).Should().BeApproximately(0.8, 1e-3);
    }

    [Theory]
    [InlineData(1.05, false)]
    [InlineData(0.95, true)]
    public void LargestStableRate_IsTheEdgeOfConvergence(double share, bool converges)
    {
        var mode = new SharedModes(Mode, 4, StateSharing.Shared).OfOneState;
        double b = 0.3, c = 0.2, rate = share * mode.LargestStableRate(b, c);
        for (int step = 0; step < 2000; step++)
            (b, c) = Step(mode, b, c, rate);
        (Math.Abs(b * c / mode.Optimum - 1) < 1e-3).Should().Be(converges);
    }

    [Fact]
    public void AWrongSign_StaysAtTheSaddleWhereBalanced_AndEscapesOtherwise()
    {
        Mode.ProductAt(-0.1, 0.1, 1e3).Should().BeApproximately(0, 1e-12);
        Mode.TimeTo(-0.1, 0.1, 0.5).Should().Be(double.PositiveInfinity);
        Mode.TimeTo(-0.1, 0.1, -0.005).Should()
            .BeApproximately(Math.Log(0.01 * (2 + 1.25 * 0.005) / (0.005 * (2 + 1.25 * 0.01))) / 4, 1e-12);
        Mode.ProductAt(-0.1, 0.100001, 1e2).Should().BeApproximately(Mode.Optimum, 1e-9);
        // A negative sigma is the same with one sign changed.
        var mirrored = new LinearMode(-Mode.Sigma, Mode.Eta);
        mirrored.ProductAt(0.1, -0.3, 0.7).Should().Be(-Mode.ProductAt(-0.1, -0.3, 0.7));
        mirrored.TimeTo(0.1, -0.3, -0.5).Should().Be(Mode.TimeTo(0.1, 0.3, 0.5));
    }

    [Theory]
    [InlineData(0.5, 0.5, 3)]
    [InlineData(0.5, 0.7, 3)]
    [InlineData(-0.5, 0.7, 3)]
    public void WithoutAnythingToLearn_TheProductFadesAway(double b, double c, double time)
    {
        var mode = new LinearMode(0, 1.25);
        double product = mode.ProductAt(b, c, time);
        Follow(mode, b, c, time).Should().BeApproximately(product, 1e-9);
        mode.TimeTo(b, c, product).Should().BeApproximately(time, 1e-9);
    }

    [Fact]
    public void ALargeStart_FallsToTheOptimum()
    {
        foreach (var (b, c) in new[] { (3.0, 3.0), (2.0, 4.0), (3.0, 3.0 + 1e-12) })
        {
            double product = Mode.ProductAt(b, c, 0.1);
            product.Should().BeInRange(Mode.Optimum, b * c);
            Follow(Mode, b, c, 0.1).Should().BeApproximately(product, 1e-9);
            Mode.TimeTo(b, c, product).Should().BeApproximately(0.1, 1e-9);
            Mode.TimeTo(b, c, 0.9 * Mode.Optimum).Should().Be(double.PositiveInfinity);
        }
    }

    [Fact]
    public void Eta_AndTheNumberOfStates_MustBePositive()
    {
        Invoking(() => new LinearMode(1, 0)).Should().Throw<ArgumentOutOfRangeException>();
        Invoking(() => Mode with { Eta = double.NaN }).Should().Throw<ArgumentOutOfRangeException>();
        Invoking(() => new SharedModes(Mode, 0, StateSharing.Shared)).Should().Throw<ArgumentOutOfRangeException>();
    }

    // The time at which b c is at the target, by steps that are far smaller than the time.
    private static double RungeKutta(SharedModes modes, double b, double c, double target)
    {
        var mode = modes.OfOneState;
        double step = modes.TimeTo(b, c, target) / 4000, at = b * c, before = at, time = 0;
        for (; at < target; time += step)
            (before, at) = (at, Advance(mode, b, c, at, step));
        return time - step * (at - target) / (at - before);
    }

    private static double Follow(LinearMode mode, double b, double c, double time)
    {
        double at = b * c;
        for (int i = 0; i < 20_000; i++)
            at = Advance(mode, b, c, at, time / 20_000);
        return at;
    }

    private static double Advance(LinearMode mode, double b, double c, double at, double step)
    {
        double Slope(double p) => double.Hypot(2 * p, c * c - b * b) * (mode.Sigma - mode.Eta * p);
        double first = Slope(at), second = Slope(at + step / 2 * first), third = Slope(at + step / 2 * second),
            last = Slope(at + step * third);
        return at + step / 6 * (first + 2 * second + 2 * third + last);
    }

    private static double Steps(LinearMode mode, double b, double c, double rate, double target)
    {
        double before = b * c;
        for (int step = 1; ; step++)
        {
            (b, c) = Step(mode, b, c, rate);
            if (b * c >= target)
                return step - (b * c - target) / (b * c - before);
            before = b * c;
        }
    }

    private static (double B, double C) Step(LinearMode mode, double b, double c, double rate)
    {
        double pull = rate * (mode.Sigma - mode.Eta * b * c);
        return (b + pull * c, c + pull * b);
    }
}
