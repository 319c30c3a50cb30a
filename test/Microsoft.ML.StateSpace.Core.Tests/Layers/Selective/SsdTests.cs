using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

public class ConcatTests() : CausalLayerLaws(
    (layout, size) => new Concat(
        new Sequential(layout.Scope("A", () => new CausalConvolution(layout, size, 3, Initialize.Normal(1)))),
        layout.Scope("B", () => new Linear(layout, size, size + 2))),
    (p, x) => [
        .. Scaffolds.CausalConvolution(p.Scope("A"), x).Zip(PositionWise.Linear(p.Scope("B"), x), (a, b) => (double[])[.. a, .. b])]);

public class ConcatOfScansTests() : CausalLayerLaws(
    (layout, size) => new Concat(
        layout.Scope("A", () => new CausalConvolution(layout, size, 3, Initialize.Normal(1))),
        layout.Scope("B", () => new CausalConvolution(layout, size, 5, Initialize.Normal(1)))),
    (p, x) => [
        .. Scaffolds.CausalConvolution(p.Scope("A"), x).Zip(
            Scaffolds.CausalConvolution(p.Scope("B"), x), (a, b) => (double[])[.. a, .. b])]);

public class ConcatWithItsInputTests() : CausalLayerLaws(
    (layout, size) => new Concat(null, layout.Scope("B", () => new Linear(layout, size, 2))),
    (p, x) => [.. x.Zip(PositionWise.Linear(p.Scope("B"), x), (a, b) => (double[])[.. a, .. b])]);

/// <summary>Chunks that meet, reference values, initial values, and what must hold at the ends of the parameters' range.</summary>
[Trait("Kind", "Law")]
public class SsdTests
{
    public static TheoryData<string, float> Extremes()
    {
        var cases = new TheoryData<string, float>();
        foreach (string name in new[] { "ALog", "DtBias" })
            foreach (float value in new[] { -300, -100, -50, -20, 0, 3, 20, 50, 100, 300 })
                cases.Add(name, value);
        return cases;
    }

    [Fact]
    public void Oracle_MatchesReference()
    {
        var (y, state) = Ssd.Head(
            ReferenceValues.Rows("ssd_chunked/X", 2), ReferenceValues.At("ssd_chunked/log_a"), ReferenceValues.Rows("ssd_chunked/B", 3),
            ReferenceValues.Rows("ssd_chunked/C", 3));
        y.Flat().Should().BeNear(ReferenceValues.At("ssd_chunked/y"), Tolerance.Reference, "y");
        state.Should().BeNear(ReferenceValues.At("ssd_chunked/final_state"), Tolerance.Reference, "state");
    }

    // The reference is given its decays. Here the step of a row is chosen to have that decay, and x is divided by the step.
    [Fact]
    public void Layer_MatchesReference()
    {
        var run = Create(2, 2, 3);
        run.Parameters["ALog"].Clear();
        run.Parameters["DtBias"].Clear();
        run.Parameters["D"].Clear();
        double[][] x = ReferenceValues.Rows("ssd_chunked/X", 2), b = ReferenceValues.Rows("ssd_chunked/B", 3),
            c = ReferenceValues.Rows("ssd_chunked/C", 3);
        double[] step = [.. ReferenceValues.At("ssd_chunked/log_a").Select(a => -a)];
        double[][] rows = [
            .. x.Select((row, t) => (double[])[row[0] / step[t], row[1] / step[t], .. b[t], .. c[t], Math.Log(Math.Exp(step[t]) - 1)])];
        run.Forward(rows.Flat().ToFloat(), x.Length).Should().BeNear(ReferenceValues.At("ssd_chunked/y"), Tolerance.Forward, "y");
    }

    [Theory]
    [InlineData(2 * SsdChunk.Rows + 6)]
    [InlineData(SsdChunk.Rows)]
    [InlineData(SsdChunk.Rows + 1)]
    public void Backward_MatchesNumericGradient_OverChunks(int length)
        => GradientsAreNumeric(Create(4, 2, 3), 3, length, 5);

    // Heads of whole groups, of a group and a half, of parts of one and across two; states of whole blocks and not; one tile and more.
    [Theory]
    [InlineData(48, 16, 6)]
    [InlineData(24, 24, 4)]
    [InlineData(24, 8, 1)]
    [InlineData(20, 4, 5)]
    [InlineData(33, 11, 2)]
    [InlineData(144, 48, 1)]
    public void Backward_MatchesNumericGradient_WithHeadsOfAllWidths(int size, int headSize, int states)
        => GradientsAreNumeric(Create(size, headSize, states), states, 7, SsdChunk.Rows + 2);

    private static void GradientsAreNumeric(LayerRun run, int states, params int[] lengths)
    {
        int rows = lengths.Sum();
        float[] input = Draw.Uniform(rows * run.Layer.InputSize, -2, 2, 5), upstream = Draw.Uniform(rows * run.Layer.OutputSize, 3),
            dx = new float[input.Length];
        var gradients = new ParameterSet(run.Parameters.Parameters);
        run.Backward(input, lengths, upstream, dx, gradients);
        var p = OracleParameters.Of(run.Parameters);
        double[][][] x = Rows.Unpack(input, run.Layer.InputSize, lengths);
        double Loss() => NumericGradient.Dot(upstream.ToDouble(), x.Select(sequence => Ssd.Scan(p, sequence, states)).Flat());
        dx.Should().BeNear([.. x.SelectMany(sequence => NumericGradient.Of(Loss, sequence))], Tolerance.Gradient, "input");
        foreach (var parameter in run.Parameters.Parameters)
            gradients[parameter.Name].Should().BeNear(NumericGradient.Of(Loss, p.All[parameter.Name]), Tolerance.Gradient, parameter.Name);
    }

    [Theory]
    [InlineData(48, 16, 6)]
    [InlineData(20, 4, 5)]
    public void Steps_AreTheWholeSequence_BitForBit(int size, int headSize, int states)
    {
        var run = Create(size, headSize, states);
        int length = SsdChunk.Rows + 9, width = run.Layer.InputSize;
        float[] input = Draw.Uniform(length * width, -2, 2, 5), whole = run.Forward(input, length), steps = new float[whole.Length],
            state = new float[run.StateSize], scratch = run.StepScratch();
        for (int t = 0; t < length; t++)
            run.Step(input.AsSpan(t * width, width), steps.AsSpan(t * size, size), state, scratch);
        steps.Should().Equal(whole);
    }

    // Differences of cumulated sums would lose what follows a decay of exp(-1000) within the same chunk.
    [Fact]
    public void Decays_KeepTheirDigits_BehindOneThatForgetsAll()
    {
        var run = Create(2, 2, 2);
        run.Parameters["ALog"].Clear();
        run.Parameters["DtBias"].Fill(-3);
        float[] input = Draw.Uniform(60 * run.Layer.InputSize);
        int size = run.Layer.InputSize;
        for (int t = 5; t < 60; t += 11)
            input[t * size + size - 1] = 1000;
        double[] expected = Ssd.Scan(OracleParameters.Of(run.Parameters), Rows.Unpack(input, size, 60)[0], 2).Flat();
        float[] y = run.Forward(input, 60);
        // The tolerance is relative to the outputs between the large steps, without those at them.
        foreach (int from in new[] { 6, 17, 28 })
            y.AsSpan(2 * from + 2, 18).Should().BeNear(expected[(2 * from + 2)..(2 * from + 20)], Tolerance.Forward, $"rows from {from}");
    }

    [Fact]
    public void StepsOfZero_HoldTheState()
    {
        var run = Create(2, 2, 2);
        run.Parameters["D"].Clear();
        float[] input = Draw.Uniform(70 * run.Layer.InputSize);
        int size = run.Layer.InputSize;
        for (int t = 0; t < 70; t++)
        {
            input[t * size + size - 1] = t < 20 ? 1 : -1000;
            input.AsSpan(4, 2).CopyTo(input.AsSpan(t * size + 4));
        }
        float[] y = run.Forward(input, 70);
        for (int t = 20; t < 70; t++)
            y.AsSpan(2 * t, 2).Should().BeNear(y[38..40].ToDouble(), Tolerance.Forward, $"row {t}");
    }

    [Theory]
    [MemberData(nameof(Extremes))]
    public void OutputsAndGradients_StayFinite(string parameter, float value)
    {
        var run = Create(4, 2, 3);
        run.Parameters[parameter].Fill(value);
        float[] x = Draw.Uniform(70 * run.Layer.InputSize), dx = new float[x.Length], y = run.Forward(x, 70);
        var gradients = new ParameterSet(run.Parameters.Parameters);
        run.Backward(x, [70], Draw.Uniform(y.Length, 2), dx, gradients);
        ((float[])[.. y, .. dx, .. gradients.Values]).Should().OnlyContain(number => float.IsFinite(number));
    }

    [Fact]
    public void InitialValues_AreThoseOfThePaper()
    {
        var layout = new ParameterLayout();
        _ = new SsdScan(layout, new SsdOptions { HeadSize = 1, StepSizeMinimum = 0.002, StepSizeMaximum = 0.05 }, 2000, 1);
        var set = layout.Create(new Random(1));
        double[] rates = [.. set["ALog"].ToArray().Select(a => Math.Exp(a))],
            steps = [.. set["DtBias"].ToArray().Select(b => Math.Log(Math.Log(1 + Math.Exp(b))))];
        rates.Should().AllSatisfy(rate => rate.Should().BeInRange(1 - 1e-6, 16 + 1e-5));
        rates.Average().Should().BeApproximately(8.5, 0.5, "a mean of 2000 draws has the standard deviation 15 / sqrt(12 * 2000)");
        double low = Math.Log(0.002), high = Math.Log(0.05);
        steps.Should().AllSatisfy(step => step.Should().BeInRange(low - 1e-4, high + 1e-4));
        // A mean of 2000 draws from a range of 3.2 has the standard deviation 3.2 / sqrt(12 * 2000), of which 0.11 is five.
        steps.Average().Should().BeApproximately((low + high) / 2, 0.11);
        set["D"].ToArray().Should().OnlyContain(d => d == 1);
    }

    [Fact]
    public void HeadSize_ThatDoesNotDivideTheChannels_IsRefused()
    {
        var error = Invoking(() => new SsdScan(new ParameterLayout(), new SsdOptions(), 10, 2))
            .Should().ThrowExactly<ArgumentOutOfRangeException>().Which;
        error.ParamName.Should().Be("HeadSize");
        error.Message.Should().Contain("10 channels");
    }

    internal static SsdOptions Options(int headSize) => new() { HeadSize = headSize, StepSizeMinimum = 0.05, StepSizeMaximum = 0.3 };

    private static LayerRun Create(int size, int headSize, int states)
        => new(layout => new SsdScan(layout, Options(headSize), size, states));
}
