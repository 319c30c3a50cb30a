using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

[Trait("Kind", "Law")]
public class InitialValueTests
{
    private const int Width = 40, Full = 32;

    [Fact]
    public void LruRing_MatchesReference()
    {
        // D is drawn first, then NuLog, then ThetaLog.
        double[] u1 = ReferenceValues.At("lru_ring_init/u1"), u2 = ReferenceValues.At("lru_ring_init/u2");
        var options = new LruOptions
        {
            RadiusMinimum = ReferenceValues.Number("lru_ring_init/rmin"),
            RadiusMaximum = ReferenceValues.Number("lru_ring_init/rmax"),
            PhaseMaximum = ReferenceValues.Number("lru_ring_init/max_phase"),
        };
        var set = Create(layout => new Lru(layout, options, 1, 3, bidirectional: false),
            new Replay([0.3, 0.4, .. u1, .. u2], new Random(1)));
        set["NuLog"].Should().BeNear(ReferenceValues.At("lru_ring_init/nu_log"), Tolerance.Rounding, "NuLog");
        set["ThetaLog"].Should().BeNear(ReferenceValues.At("lru_ring_init/theta_log"), Tolerance.Rounding, "ThetaLog");
        set["GammaLog"].Should().BeNear(Array.ConvertAll(ReferenceValues.At("lru_ring_init/abs_lambda"), r => 0.5 * Math.Log(1 - r * r)),
            Tolerance.Forward, "GammaLog");
    }

    [Fact]
    public void LruRing_AtItsEdges_IsFinite()
    {
        var options = new LruOptions { RadiusMinimum = 0, RadiusMaximum = 1 };
        foreach (double draw in new[] { 0.0, 1 - 1e-16 })
        {
            var set = Create(layout => new Lru(layout, options, 1, 1, bidirectional: false),
                new Replay([0.3, 0.4, draw, draw], new Random(1)));
            set.Values.ToArray().Should().OnlyContain(value => float.IsFinite(value));
        }
    }

    [Fact]
    public void S5_RepeatsTheEigenvaluesOfABlock()
    {
        var set = Create(layout => new S5(layout, new S5Options { Blocks = 2 }, 1, 4, bidirectional: false), new Random(1));
        set["LambdaIm"].Should().BeNear(ReferenceValues.At("s5_init_P8_J2/Lambda/im"), 2 * Tolerance.Rounding, "LambdaIm");
        set["LambdaReLog"].ToArray().Select(value => -Math.Exp(value))
            .Should().BeNear(ReferenceValues.At("s5_init_P8_J2/Lambda/re"), 2 * Tolerance.Rounding, "Re Lambda");
    }

    [Fact]
    public void S5_FrequencyScale_MultipliesFrequencies_AndSilencesWhatItTakesBeyondNyquist()
    {
        const int Size = 2, States = 16;
        var options = new S5Options { StepSizeMinimum = 0.05, StepSizeMaximum = 0.1 };
        ParameterSet published = Create(layout => new S5(layout, options, Size, States, bidirectional: false), new Random(1));
        ParameterSet scaled = Create(layout => new S5(layout, options with { FrequencyScale = 4 }, Size, States, bidirectional: false),
            new Random(1));
        int silent = 0;
        for (int n = 0; n < States; n++)
        {
            scaled["LambdaIm"][n]
                .Should().BeApproximately(4 * published["LambdaIm"][n], 4 * Tolerance.Rounding * Math.Abs(scaled["LambdaIm"][n]));
            double phase = Math.Abs(scaled["LambdaIm"][n]) * Math.Exp(scaled["LogStep"][n]);
            bool beyond = phase > Math.PI && phase / 4 <= Math.PI;
            for (int row = 0; row < 2 * Size; row++)
                scaled["C"][row * States + n].Should().Be(beyond ? 0 : published["C"][row * States + n]);
            silent += beyond ? 1 : 0;
        }
        silent.Should().BeInRange(1, States - 1);
    }

    // The phases of the eigenvectors are arbitrary, but they cancel between C V and V^* B. So 2 Re(C~ f(Lambda) B~) = C f(S) B for every f;
        // here f is exp(0.3 .).
    [Fact]
    public void S5_TakesBAndC_ToTheCoordinatesOfTheEigenvectors()
    {
        const int States = 4, Block = 4;
        double[] b = ReferenceValues.At("s5_init_P8_J2/B"), c = ReferenceValues.At("s5_init_P8_J2/C");
        var (values, vectors) = Hippo.LegSHalf(Block);
        Complex sum = 0;
        for (int n = 0; n < States; n++)
        {
            Complex bn = 0, cn = 0;
            for (int r = 0; r < Block; r++)
            {
                bn += Complex.Conjugate(vectors[r, n % 2]) * b[n / 2 * Block + r];
                cn += c[n / 2 * Block + r] * vectors[r, n % 2];
            }
            sum += 2 * (cn * Complex.Exp(0.3 * values[n % 2]) * bn).Real;
            Complex.Abs(bn).Should().BeApproximately(Modulus("B_tilde", n), Tolerance.Eigen);
            Complex.Abs(cn).Should().BeApproximately(Modulus("C_tilde", n), Tolerance.Eigen);
        }
        sum.Real.Should().BeApproximately(ReferenceValues.Number("s5_init_P8_J2/C_expm03S_B"), Tolerance.Eigen);
    }

    // The rows of V^* are orthonormal. So where the elements of B have the variance 1/P, the complex elements of V^* B have it too.
    [Theory]
    [InlineData("B", S5OutputInitialization.TruncatedStandardNormal, 1.0 / Full)]
    [InlineData("C", S5OutputInitialization.TruncatedStandardNormal, 2.0 / Full)]
    [InlineData("C", S5OutputInitialization.LecunNormal, 2.0 / (Full * Width))]
    [InlineData("C", S5OutputInitialization.ComplexNormal, 1.0)]
    public void S5_DrawsBAndC_WithTheVarianceOfThePaper(string name, S5OutputInitialization output, double expected)
    {
        var options = new S5Options { OutputInitialization = output };
        var set = Create(layout => new S5(layout, options, Width, Full / 2, bidirectional: false), new Random(5));
        double variance = set[name].ToArray().Sum(value => (double)value * value) / (Width * Full / 2);
        variance.Should().BeApproximately(expected, 0.15 * expected, "15 % are five standard deviations of a variance of 640 draws");
    }

    [Fact]
    public void S5_ClippedAndWithOneStep_BeginsAsTheOthers()
    {
        var options = new S5Options { Parametrization = S5Parametrization.Clipped, GlobalStepSize = true, StepSizeMinimum = 0.02,
            StepSizeMaximum = 0.05 };
        var set = Create(layout => new S5(layout, options, 3, 4, bidirectional: false), new Random(1));
        set["LambdaRe"].ToArray().Should().OnlyContain(re => re == -0.5f);
        set.Find("LambdaReLog").Should().BeNull();
        set["LogStep"].ToArray().Single().Should().BeInRange((float)Math.Log(0.02), (float)Math.Log(0.05));
    }

    [Fact]
    public void Lru_WithTwiceTheRealPart_BeginsAsWithTheRealPart()
    {
        ParameterSet Of(LruOutputForm form)
            => Create(layout => new Lru(layout, new LruOptions { OutputForm = form }, 3, 4, bidirectional: true), new Random(1));
        Of(LruOutputForm.TwiceRealPart).Values.Should().BeBitwise(Of(LruOutputForm.RealPart).Values);
    }

    private static double Modulus(string name, int n)
        => Complex.Abs(new Complex(ReferenceValues.At($"s5_init_P8_J2/{name}/re")[n], ReferenceValues.At($"s5_init_P8_J2/{name}/im")[n]));

    private static ParameterSet Create(Func<ParameterLayout, Layer> create, Random random)
    {
        var layout = new ParameterLayout();
        create(layout);
        return layout.Create(random);
    }

    /// <summary>Gives these numbers first, then those of another source.</summary>
    private sealed class Replay(IEnumerable<double> numbers, Random then) : Random
    {
        private readonly Queue<double> _numbers = new(numbers);

        public override double NextDouble() => _numbers.TryDequeue(out double number) ? number : then.NextDouble();
    }
}
