using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>Streams on a silo.</summary>
public static class StreamSiloExtensions
{
    /// <summary>
    /// Lets a silo hold streams. It also needs a grain storage of the name <see cref="StreamOptions.StorageName"/>, in which their states
    /// are kept. Call it on every silo, with the same models.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="addModels">Sets the models; newer ones may be set later, on the same object.</param>
    /// <param name="options">How streams are kept; <see langword="null"/> is the default.</param>
    /// <example>
    /// <code>
    /// builder.UseOrleans(silo => silo
    ///     .UseLocalhostClustering()
    ///     .AddMemoryGrainStorage(StreamOptions.StorageName)
    ///     .AddStateSpaceStreams(models => models.Load("pumps", "pumps.zip")));
    /// </code>
    /// </example>
    public static ISiloBuilder AddStateSpaceStreams(
        this ISiloBuilder silo, Action<StreamModels> addModels, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(addModels);
        var chosen = options ?? new();
        chosen.Validate();
        silo.Services.AddSingleton(chosen);
        silo.Services.AddSingleton(_ =>
        {
            var models = new StreamModels();
            addModels(models);
            return models;
        });
        return silo;
    }
}
