using Microsoft.ML.StateSpace.Analysis;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis;

public class NoiseModelTests
{
    [Fact]
    public void Fit_FindsAnAutoregression()
    {
        // Poles 0.9 and -0.5: e_t = 0.4 e_{t-1} + 0.45 e_{t-2} + w_t.
        var record = Errors(20_000, (e, w) => 0.4 * e[0] + 0.45 * e[1] + w);
        var a = NoiseModel.Fit([record]).Coefficients.Single();
        a.Count.Should().BeGreaterThanOrEqualTo(2);
        a[0].Should().BeApproximately(0.4, 0.03);
        a[1].Should().BeApproximately(0.45, 0.03);
        a.Skip(2).All(rest => Math.Abs(rest) < 0.05).Should().BeTrue();
    }

    [Fact]
    public void ShortRecords_AreLearntFromToo()
    {
        var record = Errors(120, (e, w) => 0.9 * e[0] + w);
        NoiseModel.Fit([record]).Coefficients.Single().Sum().Should().BeInRange(0.7, 1);
    }

    [Fact]
    public void Predict_IsTheRecursionFromWhatIsKnownSomeStepsBefore()
    {
        var record = Errors(60, (e, w) => 0.7 * e[0] - 0.2 * e[1] + w);
        record.Targets[30, 0] = double.NaN;
        var noise = new NoiseModel([[0.7, -0.2]]);
        for (int steps = 1; steps <= 4; steps++)
        {
            double[,] predictions = noise.Predict(record, steps);
            for (int t = 0; t < 60; t++)
            {
                // Errors up to `steps` before are known; the others are what is expected of them.
                var e = new double[t + 1];
                double Before(int s) => s < 0 ? 0 : e[s];
                for (int s = 0; s <= t; s++)
                    e[s] = s <= t - steps && s != 30 ? record.Targets[s, 0] - record.Predictions[s, 0]
                        : 0.7 * Before(s - 1) - 0.2 * Before(s - 2);
                predictions[t, 0].Should().BeApproximately(record.Predictions[t, 0] + e[t], 1e-5);
            }
        }
        record.Predictions[3, 0].Should().Be(3, "the record stays as it was");
    }

    [Fact]
    public void ErrorsWithoutAPattern_HaveNone_AndPerfectSimulationsToo()
    {
        NoiseModel.Fit([Errors(50, (_, _) => 0)]).Coefficients.Single().Should().BeEmpty();
        var white = NoiseModel.Fit([Errors(5000, (_, w) => w)]).Coefficients.Single();
        white.All(a => Math.Abs(a) < 0.06).Should().BeTrue();
        NoiseModel.Fit([Errors(2, (_, w) => w)]).Coefficients.Single().Should().BeEmpty("two steps are too few to learn from");
        NoiseModel.Fit([Errors(0, (_, w) => w)]).Coefficients.Single().Should().BeEmpty();
    }

    [Fact]
    public void ErrorsThatGrow_ArePredictedToDecay()
    {
        var record = Errors(400, (e, w) => 1.02 * e[0] + w);
        var noise = NoiseModel.Fit([record]);
        noise.Coefficients.Single().Should().NotBeEmpty();
        float[] answer = [0], state = new float[noise.StateSize];
        for (int t = 390; t < 400; t++)
            noise.Step([0f], [(float)(record.Targets[t, 0] - record.Predictions[t, 0])], state);
        for (int t = 0; t < 20_000; t++)
            noise.Step(answer = [0], [], state);
        Math.Abs(answer[0]).Should().BeLessThan(1e-3f);
    }

    [Fact]
    public void FitRuns_LearnsTheFreeResponse_FromRunsThatStartAnywhere()
    {
        // Runs of two modes, 0.9 and 0.6, from random amplitudes. After four errors all that follows is known.
        var random = new Random(1);
        double[][] runs = [.. Enumerable.Range(0, 80).Select(_ =>
        {
            double a = random.NextDouble() - 0.5, b = random.NextDouble() - 0.5;
            return Enumerable.Range(0, 60).Select(t => a * Math.Pow(0.9, t) + b * Math.Pow(0.6, t)).ToArray();
        })];
        var noise = NoiseModel.FitRuns([runs[..60]], told: 4);
        double free = 0, left = 0;
        foreach (double[] run in runs[60..])
        {
            var state = new float[noise.StateSize];
            for (int t = 0; t < 60; t++)
            {
                float[] answer = [0];
                noise.Step(answer, t < 4 ? [(float)run[t]] : [], state);
                if (t < 4)
                    answer[0].Should().Be(0);
                else
                    (free, left) = (free + run[t] * run[t], left + Math.Pow(run[t] - answer[0], 2));
            }
        }
        left.Should().BeLessThan(1e-3 * free);
    }

    [Fact]
    public void Records_MustHaveOneShape()
    {
        var one = Errors(20, (_, w) => w);
        var two = new ResponseRecord(new double[20, 2], new double[20, 2], new double[20, 0]);
        Invoking(() => NoiseModel.Fit([])).Should().ThrowExactly<ArgumentException>();
        Invoking(() => NoiseModel.Fit([one, two])).Should().ThrowExactly<ArgumentException>();
        Invoking(() => NoiseModel.Fit([one]).Predict(two)).Should().ThrowExactly<ArgumentException>();
        Invoking(() => NoiseModel.Fit([one]).Predict(one, 0)).Should().ThrowExactly<ArgumentOutOfRangeException>();
    }

    // A simulation that counts steps, and errors by what is said of them: the two before, the last one first, and noise of unit deviation.
    private static ResponseRecord Errors(int steps, Func<double[], double, double> next)
    {
        var random = new Random(1);
        double[,] targets = new double[steps, 1], predictions = new double[steps, 1];
        double[] before = [0, 0];
        for (int t = 0; t < steps; t++)
        {
            double noise = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
            before = [next(before, noise), before[0]];
            (predictions[t, 0], targets[t, 0]) = (t, t + before[0]);
        }
        return new(targets, predictions, new double[steps, 0]);
    }
}
