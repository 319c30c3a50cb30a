using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

public class StepBankFitTests
{
    private const int Length = 600;

    [Fact]
    public void ALinearPlantWithAResonance_IsFound()
        => ErrorOf(u => Resonance(u), mixtures: 0, mixed: 0).Should().BeLessThan(1e-3, "its poles are estimated");

    [Fact]
    public void AWienerPlant_NeedsTheMixtures()
    {
        static double[] Plant(double[] u) => [.. Lag(u, 0.8).Select(x => Math.Tanh(3 * x - 0.5))];
        ErrorOf(Plant, mixtures: 0, mixed: 0).Should().BeGreaterThan(0.03);
        ErrorOf(Plant, mixtures: 60, mixed: 0).Should().BeLessThan(0.01);
    }

    [Fact]
    public void Noise_IsAnsweredWithItsMean()
    {
        var (_, answers, targets, results) = Run(u => Draw.Uniform(u.Length, 9).ToDouble(), 40, 40);
        results[0].HeldOutError.Should().BeGreaterThan(0.95);
        Variance(answers).Should().BeLessThan(0.1 * Variance(targets));
    }

    [Fact]
    public void TheSeed_DecidesEveryBit()
    {
        float[] first = Run(u => Resonance(u), 20, 20).Parameters.Values.ToArray();
        first.Should().BeBitwise(Run(u => Resonance(u), 20, 20).Parameters.Values.ToArray());
    }

    [Fact]
    public void UnknownTargets_DoNotCount()
    {
        var rows = Rows(u => Lag(u, 0.8));
        for (int t = 100; t < 160; t++)
            rows.Targets[t] = float.NaN;
        var (bank, parameters) = Create(0, 0);
        StepBankFit.Fit(bank, parameters, rows, seed: 1)[0].HeldOutError.Should().BeLessThan(1e-3);
        parameters.Values.ToArray().Should().OnlyContain(value => float.IsFinite(value));
    }

    // The mean squared error on another record, in shares of its variance.
    private static double ErrorOf(Func<double[], double[]> plant, int mixtures, int mixed)
    {
        var (_, answers, targets, _) = Run(plant, mixtures, mixed);
        return answers.Zip(targets, (y, t) => (y - t) * (y - t)).Average() / Variance(targets);
    }

    private static (ParameterSet Parameters, float[] Answers, float[] Targets, StepBankFit.Result[] Results) Run(
        Func<double[], double[]> plant, int mixtures, int mixed)
    {
        var (bank, parameters) = Create(mixtures, mixed);
        var results = StepBankFit.Fit(bank, parameters, Rows(plant), seed: 1);
        var test = Rows(plant, seed: 8);
        var answers = new float[Length];
        bank.Forward(
            new Pass { Weights = new Weights(parameters.Values, []), Starts = test.Starts, Scratch = new float[bank.ScratchSize(Length)] },
            test.Inputs, answers);
        return (parameters, answers, test.Targets, results);
    }

    private static (StepBank Bank, ParameterSet Parameters) Create(int mixtures, int mixed)
    {
        var layout = new ParameterLayout();
        var bank = new StepBank(layout, new StepBankSizes(1, 1, 2, 20, 4, mixtures, mixed));
        return (bank, layout.Create(new Random(1)));
    }

    private static StepRows Rows(Func<double[], double[]> plant, int seed = 7)
    {
        float[] u = Draw.Uniform(Length, -1.7, 1.7, seed);
        return new StepRows(u, Array.ConvertAll(plant(u.ToDouble()), y => (float)y), [0, Length]);
    }

    private static double[] Lag(double[] u, double pole)
    {
        double x = 0;
        return [.. u.Select(value => x = pole * x + (1 - pole) * value)];
    }

    private static double[] Resonance(double[] u)
    {
        double before = 0, y = 0;
        return [.. u.Select(value =>
        {
            (before, y) = (y, 1.96 * y - 0.98 * before + 0.1 * value);
            return y;
        })];
    }

    private static double Variance(float[] values)
    {
        double mean = values.Average();
        return values.Average(value => (value - mean) * (value - mean));
    }
}
