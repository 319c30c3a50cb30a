using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

public class BlockDiagonalLinearTests() : CausalLayerLaws(
    (layout, size) => new BlockDiagonalLinear(layout, 3 * size, 3), (p, x) => [.. x.Select(row => GatedCores.BlockDiagonalLinear(p, row))]);

/// <summary>Reference values, initial values, and what must hold at the ends of the parameters' range.</summary>
[Trait("Kind", "Law")]
public class RgLruTests
{
    private static readonly string[] Order =
        ["RecurrenceGate.Weight", "RecurrenceGate.Bias", "InputGate.Weight", "InputGate.Bias", "Lambda"];

    public static TheoryData<string, RgLruFirstStep> References
        => new() { { "rglru_first_unit", RgLruFirstStep.UnitMultiplier }, { "rglru_paper", RgLruFirstStep.Paper } };

    public static TheoryData<float, RgLruFirstStep> Extremes()
    {
        var cases = new TheoryData<float, RgLruFirstStep>();
        foreach (float value in new[] { -300, -50, -20, 0, 20, 50, 110, 300 })
            foreach (var first in Enum.GetValues<RgLruFirstStep>())
                cases.Add(value, first);
        return cases;
    }

    [Theory]
    [MemberData(nameof(References))]
    public void Oracle_MatchesReference(string entry, RgLruFirstStep first)
    {
        var p = ReferenceParameters(entry);
        double[][] x = ReferenceValues.Rows($"{entry}/x", 2);
        GatedCores.RgLru(p, x, first).Flat().Should().BeNear(ReferenceValues.At($"{entry}/h"), Tolerance.Reference, "h");
        double Loss() => 0.5 * GatedCores.RgLru(p, x, first).Flat().Sum(h => h * h);
        double[] gradient = [.. NumericGradient.Of(Loss, x), .. Order.SelectMany(name => NumericGradient.Of(Loss, p.All[name]))];
        gradient.Should().BeNear(ReferenceValues.At($"{entry}/grad"), Tolerance.ReferenceGradient, "gradient");
    }

    [Theory]
    [MemberData(nameof(References))]
    public void Layer_MatchesReference(string entry, RgLruFirstStep first)
    {
        var run = Create(2, first);
        var p = ReferenceParameters(entry);
        foreach (string name in Order)
            p[name].ToFloat().CopyTo(run.Parameters[name]);
        float[] x = ReferenceValues.At($"{entry}/x").ToFloat(), y = run.Forward(x, 5), dx = new float[x.Length];
        y.Should().BeNear(ReferenceValues.At($"{entry}/h"), Tolerance.Forward, "h");
        var gradients = new ParameterSet(run.Parameters.Parameters);
        run.Backward(x, [5], y, dx, gradients);
        double[] actual = [.. dx.ToDouble(), .. Order.SelectMany(name => gradients[name].ToArray().ToDouble())];
        actual.Should().BeNear(ReferenceValues.At($"{entry}/grad"), Tolerance.Gradient, "gradient");
    }

    [Theory]
    [InlineData(RgLruInitialization.UniformOnAc, "ac", "Lambda_paper")]
    [InlineData(RgLruInitialization.RingOnA, "a_code", "Lambda_code")]
    public void Lambda_MatchesReference(RgLruInitialization initialization, string drawn, string lambda)
    {
        // A draw u between radii of 0 and 0.9999 gives u 0.9999, or sqrt(u) 0.9999.
        const double Most = 0.9999;
        double[] values = ReferenceValues.At($"rglru_init/{drawn}");
        double[] draws = Array.ConvertAll(values,
            value => initialization == RgLruInitialization.RingOnA ? value * value / (Most * Most) : value / Most);
        var options = new RgLruOptions { Initialization = initialization, RadiusMinimum = 0, RadiusMaximum = Most };
        // The matrices of the two gates of one channel take one normal draw each, which takes two numbers.
        var layouts = draws.Select(draw =>
        {
            var layout = new ParameterLayout();
            _ = new RgLru(layout, options, 1);
            return layout.Create(new Replay([0.3, 0.4, 0.3, 0.4, draw]))["Lambda"][0];
        });
        layouts.Should().BeNear(ReferenceValues.At($"rglru_init/{lambda}"), 2 * Tolerance.Rounding, "Lambda");
    }

    [Fact]
    public void Gates_AreDrawnWithTheVarianceOfTheirBlocks()
    {
        var layout = new ParameterLayout();
        _ = new RgLru(layout, new RgLruOptions { Heads = 4 }, 100);
        var set = layout.Create(new Random(1));
        foreach (string gate in new[] { "RecurrenceGate", "InputGate" })
        {
            // 15 % are five standard deviations of a variance that is estimated from 2500 draws.
            set[$"{gate}.Weight"].ToArray().Average(w => (double)w * w).Should().BeApproximately(1.0 / 25, 0.15 / 25);
            set[$"{gate}.Bias"].ToArray().Should().OnlyContain(b => b == 0);
        }
    }

    [Theory]
    [MemberData(nameof(Extremes))]
    public void OutputsAndGradients_StayFinite_AtExtremesOfLambda(float value, RgLruFirstStep first)
        => AssertFinite("Lambda", value, first);

    [Theory]
    [MemberData(nameof(Extremes))]
    public void OutputsAndGradients_StayFinite_AtExtremesOfAGate(float value, RgLruFirstStep first)
    {
        AssertFinite("RecurrenceGate.Bias", value, first);
        AssertFinite("InputGate.Bias", value, first);
    }

    [Fact]
    public void ClosedRecurrenceGate_KeepsTheStateExactly_AndAddsNothing()
    {
        var run = Create(3, RgLruFirstStep.UnitMultiplier);
        run.Parameters["RecurrenceGate.Weight"].Clear();
        run.Parameters["RecurrenceGate.Bias"].Fill(-1000);
        float[] y = run.Forward(Draw.Uniform(60), 20);
        for (int t = 1; t < 20; t++)
            y[(3 * t)..(3 * t + 3)].Should().BeBitwise(y[..3]);
        y[..3].Should().OnlyContain(value => value != 0);
    }

    [Fact]
    public void LargeLambda_RemembersForLong()
    {
        var run = Create(1, RgLruFirstStep.UnitMultiplier);
        run.Parameters["Lambda"].Fill(25);
        float[] x = new float[10_000];
        x[0] = 1;
        float[] y = run.Forward(x, x.Length);
        y[^1].Should().BeApproximately(y[0], 1e-5 * Math.Abs(y[0]));
    }

    [Fact]
    public void Heads_ThatDoNotDivideTheChannels_AreRefused()
    {
        var error = Invoking(() => new RgLru(new ParameterLayout(), new RgLruOptions { Heads = 4 }, 10))
            .Should().ThrowExactly<ArgumentOutOfRangeException>().Which;
        error.ParamName.Should().Be("Heads");
        error.Message.Should().Contain("10 channels");
    }

    private static void AssertFinite(string parameter, float value, RgLruFirstStep first)
    {
        var run = Create(3, first);
        run.Parameters[parameter].Fill(value);
        float[] x = Draw.Uniform(90), dx = new float[x.Length], y = run.Forward(x, 30);
        var gradients = new ParameterSet(run.Parameters.Parameters);
        run.Backward(x, [30], Draw.Uniform(90, 2), dx, gradients);
        ((float[])[.. y, .. dx, .. gradients.Values]).Should().OnlyContain(number => float.IsFinite(number));
    }

    private static LayerRun Create(int size, RgLruFirstStep first)
        => new(layout => new RgLru(layout, new RgLruOptions { FirstStep = first }, size));

    private static OracleParameters ReferenceParameters(string entry) => OracleParameters.Of(new Dictionary<string, double[]>
    {
        ["RecurrenceGate.Weight"] = ReferenceValues.At($"{entry}/Wa"), ["RecurrenceGate.Bias"] = ReferenceValues.At($"{entry}/ba"),
        ["InputGate.Weight"] = ReferenceValues.At($"{entry}/Wx"), ["InputGate.Bias"] = ReferenceValues.At($"{entry}/bx"),
        ["Lambda"] = ReferenceValues.At($"{entry}/Lambda"),
    });

    private sealed class Replay(IEnumerable<double> numbers) : Random
    {
        private readonly Queue<double> _numbers = new(numbers);

        public override double NextDouble() => _numbers.Dequeue();
    }
}
