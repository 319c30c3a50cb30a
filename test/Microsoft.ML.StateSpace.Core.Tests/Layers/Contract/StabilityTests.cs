using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Enrolments;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>No parameter value makes a core unstable or its numbers undefined.</summary>
[Trait("Kind", "Law")]
public class StabilityTests
{
    private const int Length = 30;
    private static readonly float[] Extremes = [-50, -20, -14, -5, 0, 3, 5, 20, 50];

    public static TheoryData<string, float> Cases()
    {
        var cases = new TheoryData<string, float>();
        foreach (string name in new[] { "NuLog", "ThetaLog", "LambdaReLog", "LambdaRe", "LambdaIm", "LogStep" })
            foreach (float value in Extremes)
                cases.Add(name, value);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Poles_StayInTheUnitDisk(string parameter, float value)
    {
        foreach (var run in WithParameter(parameter, value, irregular: false))
        {
            run.Prepare();
            int states = run.StateSize / 2;
            // The poles of the LRU keep a distance from the unit circle that float can tell. The slowest poles of the others may round onto
            // it.
            double largest = run.Layer is Lru ? 1 - Tolerance.Rounding : 1 + Tolerance.Rounding;
            for (int n = 0; n < states; n++)
            {
                double modulus = Complex.Abs(new Complex(run.Prepared[n], run.Prepared[states + n]));
                modulus.Should().BeLessThanOrEqualTo(largest, $"the poles of {run.Layer.GetType().Name} are stable");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void OutputsAndGradients_StayFinite(string parameter, float value)
    {
        foreach (var run in WithParameter(parameter, value, irregular: false).Concat(WithParameter(parameter, value, irregular: true)))
        {
            float[] input = Draw.Uniform(Length * run.Layer.InputSize), inputGradient = new float[input.Length];
            var gradients = new ParameterSet(run.Parameters.Parameters);
            float[] output = run.Forward(input, Length);
            run.Backward(input, [Length], Draw.Uniform(output.Length, 2), inputGradient, gradients);
            output.Should().OnlyContain(y => float.IsFinite(y), $"the output of {run.Layer.GetType().Name} stays finite");
            inputGradient.Should().OnlyContain(g => float.IsFinite(g));
            foreach (var p in gradients.Parameters)
                gradients[p.Name].ToArray()
                    .Should().OnlyContain(g => float.IsFinite(g), $"the gradient of {p.Name} of {run.Layer.GetType().Name} stays finite");
        }
    }

    [Fact]
    public void TiedL2_GivesWhiteNoise_StatesOfVarianceOne()
    {
        const int Steps = 400_000, States = 4;
        var run = new LayerRun(
            layout => new Lru(layout, new LruOptions { Normalization = LruNormalization.TiedL2 }, 1, States, bidirectional: false));
        float[] nuLog = [-3, -2, -1, 0.5f];
        nuLog.CopyTo(run.Parameters["NuLog"]);
        for (int n = 0; n < States; n++)
            (run.Parameters["B"][n], run.Parameters["B"][States + n]) = (1, 0);
        var random = new Random(3);
        float[] noise = [.. Enumerable.Range(0, Steps).Select(_ => (float)Initialize.Gaussian(random))];
        run.Forward(noise, Steps);
        float[] states = run.Kept;
        for (int n = 0; n < States; n++)
        {
            double variance = 0;
            for (int t = 0; t < Steps; t++)
                variance += (Math.Pow(states[t * 2 * States + n], 2) + Math.Pow(states[t * 2 * States + States + n], 2)) / Steps;
            variance.Should().BeApproximately(1, Tolerance.MonteCarlo);
        }
    }

    [Fact]
    public void TiedStatic_GivesEachState_ALargestGainOfOne()
    {
        const int States = 5;
        var run = new LayerRun(
            layout => new Lru(layout, new LruOptions { Normalization = LruNormalization.TiedStatic }, 1, States, bidirectional: false));
        run.Prepare();
        for (int n = 0; n < States; n++)
        {
            // The prepared values are lambda, then gamma B, each as two planes.
            var b = new Complex(run.Parameters["B"][n], run.Parameters["B"][States + n]);
            var scaled = new Complex(run.Prepared[2 * States + n], run.Prepared[3 * States + n]);
            var pole = new Complex(run.Prepared[n], run.Prepared[States + n]);
            // |gamma b / (exp(i w) - lambda)| is largest at the pole's own phase, w = arg lambda.
            double gain = Complex.Abs(scaled / b / (Complex.FromPolarCoordinates(1, pole.Phase) - pole));
            gain.Should().BeApproximately(1, Tolerance.Forward);
        }
    }

    private static IEnumerable<LayerRun> WithParameter(string parameter, float value, bool irregular)
    {
        return CoreEnrolment.All.Where(core => !core.Definition.IsCertified).SelectMany(core => core.Layers)
            .Where(layer => layer.IsCausal && layer.TakesIntervals == irregular)
            .SelectMany(layer => With(layer.Create));

        IEnumerable<LayerRun> With(Func<ParameterLayout, int, Layer> create)
        {
            // Intervals over thirty powers of ten; only irregular cores read them.
            var run = new LayerRun(
                layout => create(layout, 3)) { Intervals = [.. Enumerable.Range(0, Length).Select(t => MathF.Pow(10, t - 15))] };
            if (run.Parameters.Find(parameter) is null)
                yield break;
            run.Parameters[parameter].Fill(value);
            yield return run;
        }
    }
}
