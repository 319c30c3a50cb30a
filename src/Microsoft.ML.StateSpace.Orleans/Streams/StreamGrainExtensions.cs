namespace Microsoft.ML.StateSpace.Grains;

/// <summary>Streams of a cluster.</summary>
public static class StreamGrainExtensions
{
    internal const char Separator = '/';

    /// <summary>The stream of that name through a model. Nothing runs before its first step.</summary>
    /// <param name="grains">The cluster's client, or the grain factory of a silo.</param>
    /// <param name="model">The name of the model, as it was given to <see cref="StreamModels.Set"/>.</param>
    /// <param name="stream">The name of the stream, for instance that of a machine.</param>
    public static IStreamGrain GetStream(this IGrainFactory grains, string model, string stream)
    {
        ArgumentNullException.ThrowIfNull(grains);
        ArgumentException.ThrowIfNullOrEmpty(model);
        ArgumentException.ThrowIfNullOrEmpty(stream);
        if (model.Contains(Separator))
            throw new ArgumentException($"The name of a model has no '{Separator}', but '{model}' has.", nameof(model));
        return grains.GetGrain<IStreamGrain>($"{model}{Separator}{stream}");
    }
}
