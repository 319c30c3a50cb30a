namespace Microsoft.ML.StateSpace.Grains;

/// <summary>A model that makes streams.</summary>
internal abstract class StreamModel(string name)
{
    /// <summary>The name of the model, as an attribute of what is measured.</summary>
    public KeyValuePair<string, object?> Tag { get; } = new("statespace.model", name);

    /// <summary>The step of a fitted pipeline that streams.</summary>
    public static StreamModel Of(string name, ITransformer model)
    {
        ITransformer[] steps = [.. StepsOf(model).Where(step => step is SequenceTransformer or ForecastingTransformer)];
        if (steps.Length != 1)
            throw new ArgumentException(
                $"A stream needs one step of Microsoft.ML.StateSpace that answers or forecasts, but this pipeline has {steps.Length}. Give "
                + "the fitted step itself, or a pipeline with one.",
                nameof(model));
        StreamModel made = steps[0] is SequenceTransformer transformer
            ? new SequenceStreams(name, transformer)
            : new ForecastStreams(name, (ForecastingTransformer)steps[0]);
        made.Begin();
        return made;
    }

    /// <summary>A stream at its start.</summary>
    public abstract StreamRun Begin();

    /// <summary>The streams of an asset at their start.</summary>
    public abstract StreamRun BeginAsset();

    private static IEnumerable<ITransformer> StepsOf(ITransformer model)
        => model is IEnumerable<ITransformer> chain ? chain.SelectMany(StepsOf) : [model];

    private sealed class SequenceStreams(string name, SequenceTransformer transformer) : StreamModel(name)
    {
        public override StreamRun Begin() => new SequenceRun(transformer.CreateStreamingEngine());

        // The other cores of the silo serve other grains.
        public override StreamRun BeginAsset() => new BatchRun(transformer.CreateStreamingBatch(0, threads: 1));
    }

    private sealed class ForecastStreams(string name, ForecastingTransformer transformer) : StreamModel(name)
    {
        public override StreamRun Begin() => new SeriesRun(transformer.CreateForecastEngine());

        public override StreamRun BeginAsset() => new SeriesBatchRun(transformer.CreateForecastBatch(0, threads: 1));
    }
}
