using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

/// <summary>Series that a linear model cannot forecast: whether two covariates known ahead have the same sign, with gaps.</summary>
internal static class ForecastCase
{
    public const double Confidence = 0.9;

    public static readonly ForecastShape Shape = new() { KnownAhead = 2, Horizon = 3 };

    public static readonly S5Options Architecture = new() { Layers = 1, ModelSize = 16, StateSize = 8 };

    public static readonly TrainingOptions Training = new() { Seed = 3, Epochs = 120, Threads = 2, LearningRate = 0.01 };

    /// <summary>(rows, Width) of a series.</summary>
    public static float[] Series(int rows, int seed)
    {
        var random = new Random(seed);
        var values = new float[rows * Shape.Width];
        for (int t = 0; t < rows; t++)
        {
            double one = random.NextDouble() - 0.5, two = random.NextDouble() - 0.5;
            double value = 20 + 5 * Math.Sign(one * two) + random.NextDouble();
            values[t * Shape.Width] = t % 17 == 5 ? float.NaN : (float)value;
            (values[t * Shape.Width + 1], values[t * Shape.Width + 2]) = ((float)one, (float)two);
        }
        return values;
    }

    public static ForecastModel Closed(IReadOnlyList<float[]> series, ForecastShape? shape = null)
        => ForecastTraining.Fit(series, shape ?? Shape, choosesSeason: false, Confidence, threads: 2);

    public static ForecastNetwork? Train(
        IReadOnlyList<float[]> series, ForecastModel closed, TrainingOptions? training = null, Action<string>? warn = null)
        => ForecastNetworkTraining.Fit(
            series, closed, Architecture, training ?? Training, Confidence,
            (options, how, data, validation) => ModelTraining.Fit(options, how, data, validation), warn);

    /// <summary>Forecasts, lower and upper bounds of every row, (rows, Horizon, Targets) each, read one row after the other.</summary>
    public static float[][] Forecasts(ForecastModel model, float[] rows)
    {
        var shape = model.Shape;
        int count = rows.Length / shape.Width, size = model.HalfWidths.Length;
        float[][] all = [new float[count * size], new float[count * size], new float[count * size]];
        var state = model.CreateState();
        var scratch = new double[model.ScratchSize];
        for (int t = 0; t < count; t++)
        {
            state.Observe(rows.AsSpan(t * shape.Width, shape.Width));
            model.Forecast(
                state, Ahead(rows, shape, t), scratch, all[0].AsSpan(t * size, size), all[1].AsSpan(t * size, size),
                all[2].AsSpan(t * size, size));
        }
        return all;
    }

    /// <summary>The covariates known ahead of the rows behind a row.</summary>
    public static float[] Ahead(float[] rows, ForecastShape shape, int row)
        => [.. rows.Chunk(shape.Width).Skip(row + 1).Take(shape.Horizon).SelectMany(next => next[^shape.KnownAhead..])];
}
