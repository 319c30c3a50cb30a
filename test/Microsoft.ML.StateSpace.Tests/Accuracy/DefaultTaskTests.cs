using Tagging;

namespace Microsoft.ML.StateSpace.Tests.Accuracy;

/// <summary>
/// What a user gets who sets nothing, on tasks whose data follow from documented equations. The records to be judged by are others than
/// those to learn from. A bound is what the project promises, not what was measured.
/// </summary>
[Trait("Kind", "Accuracy")]
public sealed class DefaultTaskTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Tagging_OfTheStatesOfAMotor_IsBetterThanRegressionOnStepsAndOnWindows()
    {
        var random = new Random(1);
        List<MotorRecord> Records(int count) => [.. Enumerable.Range(0, count).Select(_ => TestBench.Run(random.Next(80, 121), random))];
        List<MotorRecord> train = Records(128), test = Records(64);
        IDataView trainData = _ml.Data.LoadFromEnumerable(train), testData = _ml.Data.LoadFromEnumerable(test);

        var model = _ml.Transforms.Conversion.MapValueToKey("Label").Append(_ml.Transforms.StateSpace.SequenceTagging())
            .Fit(trainData);

        double accuracy = _ml.Transforms.StateSpace.EvaluateSequenceTagging(model.Transform(testData)).MicroAccuracy;
        double ofWindow = StepwiseRegression.Accuracy(_ml, train, test, around: 10);
        double ofOneStep = StepwiseRegression.Accuracy(_ml, train, test, around: 0);
        accuracy.Should().BeInRange(0.9, 1);
        ofWindow.Should().BeLessThan(accuracy);
        ofOneStep.Should().BeLessThan(ofWindow);
    }

    /// <summary>
    /// The free vibration of a damped oscillator, x(t) = exp(-z t) cos(sqrt(1 - z^2) t + phase) in units of its natural frequency, with
    /// noise; the label is the damping ratio z.
    /// </summary>
    [Fact]
    public void Regression_FindsTheDampingRatioOfAnOscillator()
    {
        var random = new Random(1);
        IDataView Records() => _ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, 100).Select(_ => Vibration.Of(0.02 + 0.28 * random.NextDouble(), random)).ToList());

        var model = _ml.Regression.Trainers.StateSpace().Fit(Records());

        _ml.Regression.Evaluate(model.Transform(Records())).RSquared.Should().BeInRange(0.9, 1);
    }

    /// <summary>
    /// A Wiener system: a filter of order two, v(t) = 1.6 v(t-1) - 0.68 v(t-2) + 0.2 u(t-1) + 0.1 u(t-2), then y = tanh(1.2 v - 0.4), with
    /// noise of 0.03; the input is uniform. The fit is that of another record, in free run.
    /// </summary>
    [Fact]
    public void SequenceToSequence_FindsAWienerSystem()
    {
        IDataView Record(int seed) => _ml.Data.LoadFromEnumerable([WienerRecord.Of(1500, new Random(seed))]);

        var model = _ml.Transforms.StateSpace.SequenceToSequence("Output", "Input", "Target").Fit(Record(1));

        model.Options.Architecture.Should().BeOfType<StateSpaceBankOptions>();
        _ml.Transforms.StateSpace.EvaluateSequenceToSequence(model.Transform(Record(2))).FitPercent.Should().BeInRange(85, 100);
    }

    private sealed class WienerRecord
    {
        public float[] Input { get; set; } = [];

        public float[] Target { get; set; } = [];

        public static WienerRecord Of(int steps, Random random)
        {
            double[] u = [.. Enumerable.Range(0, steps).Select(_ => 4 * random.NextDouble() - 2)], v = new double[steps];
            for (int t = 2; t < steps; t++)
                v[t] = 1.6 * v[t - 1] - 0.68 * v[t - 2] + 0.2 * u[t - 1] + 0.1 * u[t - 2];
            return new()
            {
                Input = [.. u.Select(value => (float)value)],
                Target = [.. v.Select(x => (float)(Math.Tanh(1.2 * x - 0.4) + 0.03 * Math.Sqrt(12) * (random.NextDouble() - 0.5)))],
            };
        }
    }

    private sealed class Vibration
    {
        public float[] Features { get; set; } = [];

        public float Label { get; set; }

        public static Vibration Of(double damping, Random random)
        {
            double phase = Math.Tau * random.NextDouble();
            return new()
            {
                Features = [.. Enumerable.Range(0, random.Next(40, 61)).Select(k => 0.5 * k).Select(time => (float)(
                    Math.Exp(-damping * time) * Math.Cos(Math.Sqrt(1 - damping * damping) * time + phase)
                    + 0.05 * (random.NextDouble() - 0.5)))],
                Label = (float)damping,
            };
        }
    }
}
