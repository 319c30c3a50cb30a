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
        return grains.GetGrain<IStreamGrain>(Key(model, stream));
    }

    /// <summary>The streams of that asset through a model, which step together. Nothing runs before their first step.</summary>
    /// <param name="grains">The cluster's client, or the grain factory of a silo.</param>
    /// <param name="model">The name of the model, as it was given to <see cref="StreamModels.Set"/>.</param>
    /// <param name="asset">The name of the asset, for instance that of a plant.</param>
    public static IAssetGrain GetAsset(this IGrainFactory grains, string model, string asset)
    {
        ArgumentNullException.ThrowIfNull(grains);
        return grains.GetGrain<IAssetGrain>(Key(model, asset));
    }

    private static string Key(string model, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (model.Contains(Separator))
            throw new ArgumentException($"The name of a model has no '{Separator}', but '{model}' has.", nameof(model));
        return $"{model}{Separator}{name}";
    }
}
