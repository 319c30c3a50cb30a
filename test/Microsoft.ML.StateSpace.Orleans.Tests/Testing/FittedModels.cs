using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Grains.Tests.Testing;

/// <summary>Small fitted models.</summary>
internal static class FittedModels
{
    private static readonly Lazy<SequenceToSequenceTransformer> LazyFirst = new(() => Fit(1)), LazySecond = new(() => Fit(2));
    private static readonly Lazy<ForecastingTransformer> LazyForecaster = new(() => FitForecaster(0.01f)),
        LazyOtherForecaster = new(() => FitForecaster(0.02f));

    /// <summary>From two channels to one, causal.</summary>
    public static SequenceToSequenceTransformer First => LazyFirst.Value;

    /// <summary>The same with other parameters.</summary>
    public static SequenceToSequenceTransformer Second => LazySecond.Value;

    /// <summary>Three rows ahead of a series with a season of four.</summary>
    public static ForecastingTransformer Forecaster => LazyForecaster.Value;

    /// <summary>The same, fitted to another series.</summary>
    public static ForecastingTransformer OtherForecaster => LazyOtherForecaster.Value;

    private static SequenceToSequenceTransformer Fit(int seed)
    {
        var context = new MLContext(seed);
        var data = context.Data.LoadFromEnumerable(Enumerable.Range(0, 6).Select(i => new Row
        {
            Input = [.. Enumerable.Range(0, 40).Select(t => MathF.Sin(i + 0.7f * t))],
            Target = [.. Enumerable.Range(0, 20).Select(t => MathF.Cos(i + 0.9f * t))],
        }), Row.Schema);
        return context.Transforms.StateSpace.SequenceToSequence(new SequenceToSequenceOptions
        {
            Architecture = new LruOptions { Layers = 1, ModelSize = 8, StateSize = 8, Bidirectional = false },
            Training = new TrainingOptions { Epochs = 2, Seed = seed, Threads = 1 },
        }).Fit(data);
    }

    private static ForecastingTransformer FitForecaster(float trend)
    {
        var context = new MLContext(1);
        var data = context.Data.LoadFromEnumerable(Enumerable.Range(0, 120).Select(t => new Point { Value = t % 4 + trend * t }));
        return context.Forecasting.ForecastByStateSpace(new ForecastingOptions
        {
            TargetColumnNames = ["Value"], Horizon = 3, Season = 4,
        }).Fit(data);
    }

    private sealed class Row
    {
        public float[] Input { get; init; } = [];

        public float[] Target { get; init; } = [];

        public static SchemaDefinition Schema
        {
            get
            {
                var schema = SchemaDefinition.Create(typeof(Row));
                schema[nameof(Input)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 20, 2);
                schema[nameof(Target)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 20, 1);
                return schema;
            }
        }
    }

    private sealed class Point
    {
        public float Value { get; init; }
    }
}
