namespace Microsoft.ML.StateSpace.Grains;

/// <summary>A model that makes streams.</summary>
internal abstract class StreamModel
{
    /// <summary>The step of a fitted pipeline that streams.</summary>
    public static StreamModel Of(ITransformer model)
    {
        ITransformer[] steps = [.. StepsOf(model).Where(step => step is SequenceTransformer or ForecastingTransformer)];
        if (steps.Length != 1)
            throw new ArgumentException(
                $"A stream needs one step of Microsoft.ML.StateSpace that answers or forecasts, but this pipeline has {steps.Length}. Give "
                + "the fitted step itself, or a pipeline with one.",
                nameof(model));
        StreamModel made = steps[0] is SequenceTransformer transformer
            ? new SequenceStreams(transformer)
            : new ForecastStreams((ForecastingTransformer)steps[0]);
        made.Begin();
        return made;
    }

    /// <summary>A stream at its start.</summary>
    public abstract StreamRun Begin();

    private static IEnumerable<ITransformer> StepsOf(ITransformer model)
        => model is IEnumerable<ITransformer> chain ? chain.SelectMany(StepsOf) : [model];

    private sealed class SequenceStreams(SequenceTransformer transformer) : StreamModel
    {
        public override StreamRun Begin() => new SequenceRun(transformer.CreateStreamingEngine());
    }

    private sealed class ForecastStreams(ForecastingTransformer transformer) : StreamModel
    {
        public override StreamRun Begin() => new SeriesRun(transformer.CreateForecastEngine());
    }
}
