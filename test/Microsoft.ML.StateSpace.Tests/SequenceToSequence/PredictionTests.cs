using Microsoft.ML.StateSpace.Analysis;

namespace Microsoft.ML.StateSpace.Tests.SequenceToSequence;

public class PredictionTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void APrediction_IsBetterThanTheFreeRun_AndTheFreeRunIsItsLimit()
    {
        Row[] train = [Row.Of(600, 1), Row.Of(400, 2)], test = [Row.Of(500, 3)];
        test[0].Target[70] = float.NaN;
        var catalog = _ml.Transforms.StateSpace;
        NoiseModel noise = catalog.FitNoiseModel(View(train));
        double Error(int steps) => catalog.EvaluatePrediction(View(test), noise, steps, skip: 10).RootMeanSquaredError;
        double free = catalog.EvaluateSequenceToSequence(View(test), skip: 10).RootMeanSquaredError;

        // The errors are 0.9 of those before and noise of 0.1: one step ahead 0.1, two 0.134, in free run 0.229.
        Error(1).Should().BeInRange(0.09, 0.11);
        Error(2).Should().BeInRange(0.12, 0.15);
        Error(200).Should().BeApproximately(free, 0.03 * free);
        free.Should().BeGreaterThan(2 * Error(1));
    }

    [Fact]
    public void Metrics_AreThoseOfThePredictions_BehindTheStepsThatAreSkipped()
    {
        Row[] rows = [Row.Of(300, 1), Row.Of(100, 2)];
        var catalog = _ml.Transforms.StateSpace;
        var noise = catalog.FitNoiseModel(View(rows), skip: 20);
        double sum = 0;
        foreach (var row in rows)
        {
            double[,] predictions = noise.Predict(row.Record(), steps: 3);
            for (int t = 20; t < row.Target.Length; t++)
                sum += Math.Pow(row.Target[t] - predictions[t, 0], 2);
        }
        catalog.EvaluatePrediction(View(rows), noise, steps: 3, skip: 20).RootMeanSquaredError
            .Should().BeApproximately(Math.Sqrt(sum / 360), 1e-5);
        Invoking(() => catalog.EvaluatePrediction(View(rows), noise, steps: 0)).Should().ThrowExactly<ArgumentOutOfRangeException>();
        Invoking(() => catalog.EvaluatePrediction(View(rows), noise, skip: 300)).Should().ThrowExactly<InvalidOperationException>();
    }

    private IDataView View(Row[] rows) => _ml.Data.LoadFromEnumerable(rows);

    /// <summary>A simulation whose errors follow one another.</summary>
    private sealed class Row
    {
        public float[] Target { get; set; } = [];

        public float[] Output { get; set; } = [];

        public static Row Of(int steps, int seed)
        {
            var random = new Random(seed);
            double error = 0;
            var row = new Row { Target = new float[steps], Output = new float[steps] };
            for (int t = 0; t < steps; t++)
            {
                error = 0.9 * error
                    + 0.1 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
                row.Output[t] = MathF.Sin(0.1f * t);
                row.Target[t] = (float)(row.Output[t] + error);
            }
            return row;
        }

        public ResponseRecord Record()
        {
            double[,] targets = new double[Target.Length, 1], outputs = new double[Target.Length, 1];
            for (int t = 0; t < Target.Length; t++)
                (targets[t, 0], outputs[t, 0]) = (Target[t], Output[t]);
            return new(targets, outputs, new double[Target.Length, 0]);
        }
    }
}
