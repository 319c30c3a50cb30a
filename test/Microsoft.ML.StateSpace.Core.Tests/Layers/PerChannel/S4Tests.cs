using System.Numerics;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

internal static class S4Case
{
    public static S4Options Options { get; } = new() { StepSizeMinimum = 0.01 };

    /// <summary>HiPPO-LegS of that full size in its eigenvectors' coordinates, one channel, with a real C in those of the paper.</summary>
    public static LayerRun LegS(int full, double step, double[] c)
    {
        var (values, vectors) = Hippo.LegSHalf(full);
        var run = new LayerRun(layout => new S4(layout, Options, 1, full / 2, bidirectional: false));
        run.Parameters["LogStep"][0] = (float)Math.Log(step);
        run.Parameters["D"][0] = 0;
        for (int n = 0; n < full / 2; n++)
        {
            run.Parameters["LambdaReLog"][n] = (float)Math.Log(-values[n].Real);
            run.Parameters["LambdaIm"][n] = (float)values[n].Imaginary;
            Set("B", n, i => Complex.Conjugate(vectors[i, n]) * Math.Sqrt(2 * i + 1));
            Set("P", n, i => Complex.Conjugate(vectors[i, n]) * Math.Sqrt(i + 0.5));
            Set("C", n, i => c[i] * vectors[i, n]);
        }
        return run;

        void Set(string name, int n, Func<int, Complex> term)
        {
            Complex sum = Enumerable.Range(0, full).Aggregate(Complex.Zero, (total, i) => total + term(i));
            (run.Parameters[name][n], run.Parameters[name][full / 2 + n]) = ((float)sum.Real, (float)sum.Imaginary);
        }
    }
}

/// <summary>What holds for S4 beyond the laws of every layer.</summary>
[Trait("Kind", "Law")]
public class S4Tests
{
    [Fact]
    public void Kernel_MatchesReference_OfTheDenseMatrix()
    {
        var run = S4Case.LegS(4, 0.1, ReferenceValues.At("s4_dplr_N4_L8/C"));
        double[] kernel = ReferenceValues.At("s4_dplr_N4_L8/K");
        float[] impulse = new float[8];
        impulse[0] = 1;
        run.Forward(impulse, 8).Should().BeNear(kernel, Tolerance.Forward, "K");
        ChannelCores.S4(OracleParameters.Of(run.Parameters), [.. impulse.Select(u => new double[] { u })]).Select(row => (float)row[0])
            .Should().BeNear(kernel, Tolerance.Forward, "oracle");
    }

    // The generating function of the paper: the truncated kernel's transform at the L-th roots of one, by Cauchy sums and the Woodbury
    // identity.
    [Fact]
    public void Kernel_HasTheGeneratingFunctionOfThePaper()
    {
        const int Length = 8, Full = 4;
        const double Step = 0.1;
        double[] c = ReferenceValues.At("s4_dplr_N4_L8/Ctilde");
        float[] impulse = new float[Length];
        impulse[0] = 1;
        float[] kernel = S4Case.LegS(Full, Step, ReferenceValues.At("s4_dplr_N4_L8/C")).Forward(impulse, Length);
        var (values, vectors) = Hippo.LegSHalf(Full);
        for (int j = 0; j < Length; j++)
        {
            if (2 * j == Length)
                continue; // at -1 only the sum has a limit, its terms have none
            Complex root = Complex.FromPolarCoordinates(1, -Math.Tau * j / Length), node = 2 / Step * (1 - root) / (1 + root);
            Complex cb = 0, cp = 0, pb = 0, pp = 0;
            for (int n = 0; n < Full; n++)
            {
                Complex At(Func<int, double> vector, bool conjugate)
                {
                    Complex sum = 0;
                    for (int i = 0; i < Full; i++)
                        sum += (conjugate ? Complex.Conjugate(vectors[i, n / 2]) : vectors[i, n / 2]) * vector(i);
                    return n % 2 == 0 ? sum : Complex.Conjugate(sum);
                }

                Complex pole = n % 2 == 0 ? values[n / 2] : Complex.Conjugate(values[n / 2]);
                Complex b = At(i => Math.Sqrt(2 * i + 1), true), p = At(i => Math.Sqrt(i + 0.5), true), ct = At(i => c[i], false);
                cb += ct * b / (node - pole);
                cp += ct * p / (node - pole);
                pb += Complex.Conjugate(p) * b / (node - pole);
                pp += Complex.Conjugate(p) * p / (node - pole);
            }
            Complex expected = 2 / (1 + root) * (cb - cp * pb / (1 + pp)), actual = 0;
            for (int l = 0; l < Length; l++)
                actual += kernel[l] * Complex.FromPolarCoordinates(1, -Math.Tau * j * l / Length);
            Complex.Abs(expected - actual).Should().BeLessThanOrEqualTo(Tolerance.Forward, $"frequency {j}: {actual} must be {expected}.");
        }
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(21, false)] // every lane, and more than one group
    [InlineData(21, true)]
    public void Gradients_MatchOracle_OverManyChunks(int size, bool twoWay)
    {
        int[] lengths = [75, 32, 165];
        var run = new LayerRun(layout => new S4(layout, S4Case.Options, size, 2, twoWay));
        float[] input = Draw.Uniform(lengths.Sum() * size, -2, 2, 5), upstream = Draw.Uniform(input.Length, 3);
        var p = OracleParameters.Of(run.Parameters);
        double[][][] x = Rows.Unpack(input, size, lengths);
        double Loss() => NumericGradient.Dot(upstream.ToDouble(), x.Select(sequence => ChannelCores.S4(p, sequence)).Flat());
        var gradients = new ParameterSet(run.Parameters.Parameters);
        run.Backward(input, lengths, upstream, new float[input.Length], gradients);
        foreach (var parameter in run.Parameters.Parameters)
            gradients[parameter.Name].Should().BeNear(NumericGradient.Of(Loss, p.All[parameter.Name]), Tolerance.Gradient, parameter.Name);
    }

    [Fact]
    public void WithoutItsRankOne_ItIsBilinearS4D()
    {
        const int Size = 3, Length = 70;
        var s4 = new LayerRun(layout => new S4(layout, S4Case.Options, Size, 2, bidirectional: false));
        var s4d = new LayerRun(
            layout => new S4D(layout, new S4DOptions { Discretization = Discretization.Bilinear, Initialization = S4DInitialization.LegS },
            Size, 2, bidirectional: false));
        s4.Parameters["P"].Clear();
        foreach (string name in new[] { "LambdaReLog", "LambdaIm", "LogStep", "B", "C", "D" })
            s4.Parameters[name].CopyTo(s4d.Parameters[name]);
        float[] input = Draw.Uniform(Length * Size, 7);
        s4.Forward(input, Length).Should().BeNear(s4d.Forward(input, Length).ToDouble(), Tolerance.Forward, "y");
    }

    [Fact]
    public void InitialValues_AreHippoLegS()
    {
        const int Full = 8;
        var layout = new ParameterLayout();
        _ = new S4(layout, new S4Options(), 1, Full / 2, bidirectional: false);
        var set = layout.Create(new Random(1));
        // B^* (z - A)^-1 B does not depend on the coordinates.
        Complex z = new(0.7, 1.3), direct = 0, bb = 0, pp = 0, bp = 0, pb = 0;
        for (int n = 0; n < Full; n++)
        {
            Complex pole = Pair(n, i => new Complex(-Math.Exp(set["LambdaReLog"][i]), set["LambdaIm"][i]));
            Complex b = Pair(n, i => Two("B", i)), p = Pair(n, i => Two("P", i));
            bb += Complex.Conjugate(b) * b / (z - pole);
            bp += Complex.Conjugate(b) * p / (z - pole);
            pb += Complex.Conjugate(p) * b / (z - pole);
            pp += Complex.Conjugate(p) * p / (z - pole);
        }
        // (z - A) x = B by forward substitution, A = -sqrt((2n+1)(2k+1)) below the diagonal, -(n+1) on it.
        var x = new Complex[Full];
        for (int n = 0; n < Full; n++)
        {
            Complex right = Math.Sqrt(2 * n + 1);
            for (int k = 0; k < n; k++)
                right -= Math.Sqrt((2 * n + 1) * (2 * k + 1)) * x[k];
            x[n] = right / (z + n + 1);
            direct += Math.Sqrt(2 * n + 1) * x[n];
        }
        Complex.Abs(direct - (bb - bp * pb / (1 + pp))).Should().BeLessThanOrEqualTo(Tolerance.Forward * Complex.Abs(direct));

        Complex Two(string name, int n) => new(set[name][n], set[name][Full / 2 + n]);

        static Complex Pair(int n, Func<int, Complex> stored) => n < Full / 2 ? stored(n) : Complex.Conjugate(stored(n - Full / 2));
    }

    // A convolution sums in another order than the windows of a long sequence, which are taken only where the whole needs too much memory.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ScoringInWindows_IsNearTheConvolutionOfTheWhole(bool isDiagonal)
    {
        NetworkOptions architecture = isDiagonal
            ? new S4DOptions { Execution = ChannelExecution.Convolution }
            : new S4Options { Execution = ChannelExecution.Convolution };
        var options = ModelCases.Options("MLP, sequence to sequence") with
        {
            Architecture = architecture with { Layers = 2, ModelSize = 20, StateSize = 3, Bidirectional = false, Dropout = 0 },
        };
        var data = ModelCases.Data(options, 66, 95, 256, 331);
        var (model, parameters) = ModelCases.Create(options, data);
        model.HasExactWindows.Should().BeFalse();
        var weights = new Weights(parameters.Values, new float[model.Layout.PreparedLength]);
        model.Prepare(weights);
        for (int i = 0; i < data.Count; i++)
        {
            float[] whole = new float[data.Length(i) * options.Outputs], windows = new float[whole.Length];
            new ScoringWindows(model, windowRows: 64).Score(weights, data.Values(i), [], whole);
            new ScoringWindows(model, windowRows: 64, largestWhole: 0).Score(weights, data.Values(i), [], windows);
            windows.Should().NotEqual(whole, "the two ways are computed differently");
            windows.Should().BeNear([.. whole.Select(v => (double)v)], Tolerance.Gradient);
        }
    }
}
