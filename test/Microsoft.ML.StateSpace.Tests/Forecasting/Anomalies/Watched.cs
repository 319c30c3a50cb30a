using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Tests.Forecasting.Anomalies;

/// <summary>Simulated series, and what a detector says of them.</summary>
internal static class Watched
{
    public static AnomalyOptions Options { get; } = new() { TargetColumnNames = ["Sales"], Season = 1 };

    public static AnomalyTransformer Fit(AnomalyOptions options, float[] values)
        => Demands.Ml.AnomalyDetection.DetectAnomaliesByStateSpace(options).Fit(View(values));

    /// <summary>Alert, raw score and p-value of each row.</summary>
    public static double[][] Answers(AnomalyTransformer model, float[] values)
        => [.. model.Transform(View(values)).GetColumn<double[]>(model.Options.OutputColumnName)];

    public static IDataView View(float[] values)
        => Demands.Ml.Data.LoadFromEnumerable(values.Select((value, day) => new Demand { Shop = "a", Day = day, Sales = value }));

    /// <summary>A stationary autoregression of second order, or a random walk, with normal steps of deviation 1.</summary>
    public static float[] Simulated(int seed, int count, bool walks = false)
    {
        var random = new Random(seed);
        double last = 0, before = 0;
        float[] values = new float[count];
        for (int t = -100; t < count; t++)
        {
            double step = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            (last, before) = (walks ? last + step : 1.3 * last - 0.5 * before + step, last);
            if (t >= 0)
                values[t] = (float)(50 + last);
        }
        return values;
    }
}
