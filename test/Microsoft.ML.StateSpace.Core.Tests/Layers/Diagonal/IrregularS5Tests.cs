using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>What time intervals mean, beyond the oracle.</summary>
[Trait("Kind", "Law")]
public class IrregularS5Tests
{
    private const int Size = 3;
    private static readonly string[] Order = ["LambdaReLog", "LambdaIm", "B", "C", "D", "LogStep"];

    public static TheoryData<Discretization, bool> Kinds => new()
    {
        { Discretization.ZeroOrderHold, false }, { Discretization.ZeroOrderHold, true }, { Discretization.Bilinear, false },
        { Discretization.Bilinear, true },
    };

    [Theory]
    [InlineData("s5_irregular_zoh", Discretization.ZeroOrderHold)]
    [InlineData("s5_irregular_bil", Discretization.Bilinear)]
    public void Forward_AndGradients_MatchReference(string entry, Discretization discretization)
    {
        var p = ReferenceLayerTests.S5Parameters(entry, 2);
        double[] intervals = ReferenceValues.At($"{entry}/dt"), y = ReferenceValues.At($"{entry}/y"),
            gradient = ReferenceValues.At($"{entry}/grad");
        double[][] u = ReferenceValues.Rows($"{entry}/U", 2);
        double Loss() => 0.5 * Cores.IrregularS5(p, u, discretization, intervals).Flat().Sum(value => value * value);
        Cores.IrregularS5(p, u, discretization, intervals).Flat().Should().BeNear(y, Tolerance.Reference, "oracle");
        Loss().Should().BeApproximately(ReferenceValues.Number($"{entry}/loss"), Tolerance.Reference);
        InOrder(name => NumericGradient.Of(Loss, p.All[name]))
            .Should().BeNear(gradient, Tolerance.ReferenceGradient, "gradient of the oracle");

        var run = ReferenceLayerTests.Run(
            layout => new IrregularS5(layout, new S5Options { Discretization = discretization }, 2, 2, bidirectional: false), p);
        run.Intervals = intervals.ToFloat();
        float[] output = run.Forward(u.Flat().ToFloat(), 5);
        output.Should().BeNear(y, Tolerance.Forward, "y");
        var gradients = new ParameterSet(run.Parameters.Parameters);
        run.Backward(u.Flat().ToFloat(), [5], output, new float[10], gradients);
        InOrder(name => gradients[name].ToArray().ToDouble()).Should().BeNear(gradient, Tolerance.Gradient, "gradient");
    }

    [Fact]
    public void TwoWay_MatchesReference_AtEqualIntervals()
    {
        var p = ReferenceLayerTests.S5Parameters("s5_irregular_zoh", 2, [("C", 6), ("CReverse", 33)], feedThrough: 0);
        var run = ReferenceLayerTests.Run(layout => new IrregularS5(layout, new S5Options(), 2, 2, bidirectional: true), p);
        run.Intervals = [1, 1, 1, 1, 1];
        run.Forward(ReferenceValues.At("s5_irregular_zoh/U").ToFloat(), 5)
            .Should().BeNear(ReferenceValues.At("s5_bidirectional/y"), Tolerance.Forward, "y");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void IntervalsOfOne_AreRegularTimeSteps(Discretization discretization, bool twoWay)
    {
        const int Length = 200;
        LayerRun regular = new(layout => CoreCase.S5(discretization, twoWay)(layout, Size)), irregular = Create(discretization, twoWay);
        irregular.Parameters.Values.Should().BeBitwise(regular.Parameters.Values);
        irregular.Intervals = [.. Enumerable.Repeat(1f, Length)];
        float[] input = Draw.Uniform(Length * Size, 7), upstream = Draw.Uniform(Length * Size, 8);
        irregular.Forward(input, Length).Should().BeNear(regular.Forward(input, Length).ToDouble(), Tolerance.Forward, "y");
        float[] expectedInput = new float[input.Length], actualInput = new float[input.Length];
        ParameterSet expected = new(regular.Parameters.Parameters), actual = new(regular.Parameters.Parameters);
        regular.Backward(input, [Length], upstream, expectedInput, expected);
        irregular.Backward(input, [Length], upstream, actualInput, actual);
        actualInput.Should().BeNear(expectedInput.ToDouble(), Tolerance.Gradient, "input");
        foreach (var parameter in expected.Parameters)
            actual[parameter.Name].Should().BeNear(expected[parameter.Name].ToArray().ToDouble(), Tolerance.Gradient, parameter.Name);
    }

    // Zero-order hold is exact for a held input: however the time is cut, the state at a moment is the same.
    [Fact]
    public void HeldInput_GivesTheSameOutput_HoweverTimeIsCut()
    {
        float[][] partitions = [[3], [1, 2], [2, 1], [1, 1, 1], [0.25f, 0.5f, 0.75f, 1.5f]];
        float[] input = [0.7f, -1.2f, 0.4f];
        var run = Create(Discretization.ZeroOrderHold, twoWay: false);
        double[][] last = [.. partitions.Select(intervals =>
        {
            run.Intervals = intervals;
            return run.Forward([.. intervals.SelectMany(_ => input)], intervals.Length)[^Size..].ToDouble();
        })];
        foreach (double[] y in last)
            y.Should().BeNear(last[0], Tolerance.Forward, "y");
    }

    // The bilinear map only approaches that: its error falls with the square of the step.
    [Fact]
    public void BilinearMap_ApproachesTheHeldInput_WithTheSquareOfTheStep()
    {
        double Error(int steps)
        {
            var system = Create(Discretization.Bilinear, twoWay: false);
            var p = OracleParameters.Of(system.Parameters);
            Array.Fill(p.All["LogStep"], Math.Log(0.01));
            double[][] u = [.. Enumerable.Repeat<double[]>([0.7, -1.2, 0.4], steps)];
            double[] intervals = [.. Enumerable.Repeat(4.0 / steps, steps)];
            return Cores.IrregularS5(p, u, Discretization.ZeroOrderHold, intervals)[^1]
                .Zip(Cores.IrregularS5(p, u, Discretization.Bilinear, intervals)[^1], (a, b) => Math.Abs(a - b)).Max();
        }
        (Error(4) / Error(8)).Should().BeInRange(3.8, 4.2);
    }

    // Half the samples at twice the interval: a slow input loses little.
    [Fact]
    public void EverySecondSample_AtTwiceTheInterval_ApproximatesTheOutput()
    {
        const int Length = 400;
        var run = Create(Discretization.ZeroOrderHold, twoWay: false);
        run.Parameters["LogStep"].Fill(MathF.Log(0.02f));
        float[] input = [
            .. Enumerable.Range(0, Length).SelectMany(t => Enumerable.Range(0, Size).Select(h => (float)Math.Sin(0.01 * t + h)))];
        run.Intervals = [.. Enumerable.Repeat(1f, Length)];
        float[] full = run.Forward(input, Length);
        run.Intervals = [.. Enumerable.Repeat(2f, Length / 2)];
        float[] half = run.Forward(EverySecond(input), Length / 2);
        half.Should().BeNear(EverySecond(full).ToDouble(), 0.02, "y", "the input moves by a hundredth a sample");
        Invoking(() => RegularHalf().Should().BeNear(EverySecond(full).ToDouble(), 0.1, "y")).Should().Throw<Exception>();

        float[] RegularHalf()
        {
            run.Intervals = [.. Enumerable.Repeat(1f, Length / 2)];
            return run.Forward(EverySecond(input), Length / 2);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SlowPoles_KeepTheirGradients_OverLongSequences(Discretization discretization, bool twoWay)
    {
        const int Length = 700;
        var run = Create(discretization, twoWay);
        run.Parameters["LogStep"].Fill(MathF.Log(0.001f));
        run.Intervals = Draw.Uniform(Length, 0.1, 3, 4);
        float[] input = Draw.Uniform(Length * Size, 7), upstream = Draw.Uniform(Length * Size, 8), inputGradient = new float[input.Length];
        var gradients = new ParameterSet(run.Parameters.Parameters);
        run.Backward(input, [Length], upstream, inputGradient, gradients);
        var p = OracleParameters.Of(run.Parameters);
        double[][] x = Rows.Unpack(input, Size, Length)[0];
        double Loss() => NumericGradient.Dot(upstream.ToDouble(), Cores.IrregularS5(p, x, discretization, run.Intervals.ToDouble()).Flat());
        foreach (string name in (string[])["LambdaReLog", "LambdaIm", "LogStep"])
            gradients[name].Should().BeNear(NumericGradient.Of(Loss, p.All[name]), Tolerance.Gradient, name);
    }

    private static float[] EverySecond(float[] rows) => [.. rows.Chunk(Size).Where((_, t) => t % 2 == 1).SelectMany(row => row)];

    private static LayerRun Create(Discretization discretization, bool twoWay)
        => new(layout => CoreCase.IrregularS5(discretization, twoWay)(layout, Size));

    // The fixture's C is the real parts of all, then the imaginary ones.
    private static double[] InOrder(Func<string, double[]> gradient)
        => [.. Order.SelectMany(name => name == "C" ? [.. Plane(gradient(name), 0), .. Plane(gradient(name), 1)] : gradient(name))];

    private static IEnumerable<double> Plane(double[] c, int plane) => c.Chunk(2).Where((_, i) => i % 2 == plane).SelectMany(row => row);
}
