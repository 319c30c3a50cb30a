using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>What holds for the cores because they are linear systems.</summary>
[Trait("Kind", "Law")]
public class DiagonalCoreTests
{
    private const int Size = 3;

    public static TheoryData<string, bool> Cases => new()
    {
        { "Lru", false }, { "Lru", true }, { "S5", false }, { "S5", true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forward_IsTheConvolutionWithTheKernelOfThePoles(string core, bool twoWay)
    {
        const int Length = 40;
        var run = new LayerRun(layout => Create(core, twoWay)(layout, Size));
        float[] input = Draw.Uniform(Length * Size, 7);
        double[][] expected = System(core, run).Convolution(Rows.Unpack(input, Size, Length)[0]);
        run.Forward(input, Length).Should().BeNear(expected.Flat(), Tolerance.Forward, "y");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void OracleRecurrence_IsItsConvolution(string core, bool twoWay)
    {
        var system = System(core, new LayerRun(layout => Create(core, twoWay)(layout, Size)));
        double[][] input = Rows.Unpack(Draw.Uniform(40 * Size, 7), Size, 40)[0];
        system.Recurrence(input).Flat().Should().BeNear(system.Convolution(input).Flat(), Tolerance.Reference * 10, "y");
    }

    [Theory]
    [InlineData("Lru")]
    [InlineData("S5")]
    public void TwoWayForward_OfAReversedSequence_WithSwappedReadOuts_IsReversed(string core)
    {
        const int Length = 23;
        var run = new LayerRun(layout => Create(core, twoWay: true)(layout, Size));
        float[] input = Draw.Uniform(Length * Size, 7), output = run.Forward(input, Length);
        float[] forwards = run.Parameters["C"].ToArray();
        run.Parameters["CReverse"].CopyTo(run.Parameters["C"]);
        forwards.CopyTo(run.Parameters["CReverse"]);
        float[] reversed = run.Forward(Reversed(input), Length);
        Reversed(reversed).Should().BeNear(output.ToDouble(), Tolerance.Forward, "y");
    }

    [Theory]
    [InlineData("Lru")]
    [InlineData("S5")]
    public void CausalForward_DoesNotSeeTheFuture(string core)
    {
        var run = new LayerRun(layout => Create(core, twoWay: false)(layout, Size));
        float[] input = Draw.Uniform(20 * Size, 7), whole = run.Forward(input, 20);
        run.Forward(input[..(11 * Size)], 11).Should().BeBitwise(whole[..(11 * Size)]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Pass_GivesALongSequence_TheBitsItHasInABatch(string core, bool twoWay)
    {
        // The sequences are long enough for several blocks of rows. The blocks lie elsewhere when other sequences stand before.
        int[] lengths = [300, 1300, 1, 513];
        var run = new LayerRun(layout => Create(core, twoWay)(layout, Size));
        float[] input = Draw.Uniform(lengths.Sum() * Size, 7), upstream = Draw.Uniform(input.Length, 8),
            output = run.Forward(input, lengths);
        float[] gradient = InputGradient(run, input, upstream, lengths);
        int[] starts = LayerRun.Starts(lengths);
        for (int s = 0; s < lengths.Length; s++)
        {
            var rows = (starts[s] * Size)..(starts[s + 1] * Size);
            run.Forward(input[rows], lengths[s]).Should().BeBitwise(output[rows]);
            InputGradient(run, input[rows], upstream[rows], lengths[s]).Should().BeBitwise(gradient[rows]);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Pass_OverALongSequence_MatchesOracleAndNumericGradient(string core, bool twoWay)
    {
        const int Length = 1300;
        var run = new LayerRun(layout => Create(core, twoWay)(layout, Size));
        float[] input = Draw.Uniform(Length * Size, 7), upstream = Draw.Uniform(Length * Size, 8);
        double[][] u = Rows.Unpack(input, Size, Length)[0];
        run.Forward(input, Length).Should().BeNear(System(core, run).Recurrence(u).Flat(), Tolerance.Forward, "y");

        var gradients = new ParameterSet(run.Parameters.Parameters);
        run.Backward(input, [Length], upstream, new float[input.Length], gradients);
        var p = OracleParameters.Of(run.Parameters);
        double Loss() => NumericGradient.Dot(upstream.ToDouble(), System(core, p).Recurrence(u).Flat());
        foreach (var parameter in gradients.Parameters)
            gradients[parameter.Name].Should().BeNear(NumericGradient.Of(Loss, p.All[parameter.Name]), Tolerance.Gradient, parameter.Name);
    }

    private static float[] InputGradient(LayerRun run, float[] input, float[] upstream, params int[] lengths)
    {
        var gradient = new float[input.Length];
        run.Backward(input, lengths, upstream, gradient, new ParameterSet(run.Parameters.Parameters));
        return gradient;
    }

    [Fact]
    public void TwiceTheRealPart_IsTheRealPart_OfTwiceC()
    {
        LayerRun twice = new(layout => CoreCase.LruTwiceRealPart(twoWay: true)(layout, Size)),
            once = new(layout => CoreCase.Lru(LruNormalization.Trainable, twoWay: true)(layout, Size));
        foreach (string name in (string[])["C", "CReverse"])
            for (int i = 0; i < once.Parameters[name].Length; i++)
                once.Parameters[name][i] *= 2;
        float[] input = Draw.Uniform(20 * Size, 7);
        twice.Forward(input, 20).Should().BeBitwise(once.Forward(input, 20));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ClippedPoles_StandAtTheLimit_AndHaveNoGradient(bool irregular)
    {
        var run = new LayerRun(
            layout => (irregular ? CoreCase.ClippedIrregularS5(false) : CoreCase.ClippedS5(false))(layout,
                Size)) { Intervals = [.. Enumerable.Repeat(1f, 20)] };
        float[] input = Draw.Uniform(20 * Size, 7),
            positive = [.. run.Parameters["LambdaRe"].ToArray().Select((re, n) => n == 1 ? 0.3f : re)];
        positive.CopyTo(run.Parameters["LambdaRe"]);
        float[] clipped = run.Forward(input, 20);
        var gradients = new ParameterSet(run.Parameters.Parameters);
        run.Backward(input, [20], clipped, new float[input.Length], gradients);
        gradients["LambdaRe"][1].Should().Be(0);
        gradients["LambdaRe"].ToArray().Where((_, n) => n != 1).Should().OnlyContain(gradient => gradient != 0);
        gradients["LambdaIm"][1].Should().NotBe(0);
        run.Parameters["LambdaRe"][1] = -1e-4f;
        run.Forward(input, 20).Should().BeNear(clipped.ToDouble(), Tolerance.Rounding, "y");
    }

    private static Func<ParameterLayout, int, Layer> Create(string core, bool twoWay)
        => core == "S5" ? CoreCase.S5(Discretization.ZeroOrderHold, twoWay) : CoreCase.Lru(LruNormalization.Trainable, twoWay);

    private static DiagonalSystem System(string core, LayerRun run) => System(core, OracleParameters.Of(run.Parameters));

    private static DiagonalSystem System(string core, OracleParameters p)
        => core == "S5" ? Cores.S5System(p, Discretization.ZeroOrderHold) : Cores.LruSystem(p, LruNormalization.Trainable);

    private static float[] Reversed(float[] rows) => [.. rows.Chunk(Size).Reverse().SelectMany(row => row)];
}
