using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.TestingHost;

namespace Microsoft.ML.StateSpace.Grains.Tests.Testing;

/// <summary>Some silos in this process, with a storage that outlives them.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;
    private readonly List<StreamModels> _models = [];

    private Cluster(StreamOptions options, short silos)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddStateSpaceStreams(
                models =>
                {
                    models.Set("plant", FittedModels.First);
                    models.Set("series", FittedModels.Forecaster);
                    lock (_models)
                        _models.Add(models);
                },
                options);
            silo.Services.AddKeyedSingleton(
                StreamOptions.StorageName, (services, _) => Disk.Of(services.GetRequiredService<Serializer>()));
        });
        _cluster = builder.Build();
    }

    public Disk Disk { get; } = new();

    public static async Task<Cluster> Start(StreamOptions? options = null, short silos = 1)
    {
        var cluster = new Cluster(options ?? new(), silos);
        await cluster._cluster.DeployAsync();
        return cluster;
    }

    /// <summary>A stream that the model "plant", or another, makes.</summary>
    public IStreamGrain Stream(string name, string model = "plant") => _cluster.Client.GetStream(model, name);

    /// <summary>An asset whose streams the model "plant", or another, makes.</summary>
    public IAssetGrain Asset(string name, string model = "plant") => _cluster.Client.GetAsset(model, name);

    /// <summary>Sets a model on every silo that has begun to hold streams.</summary>
    public void Set(string name, ITransformer model)
    {
        lock (_models)
            _models.ForEach(models => models.Set(name, model));
    }

    /// <summary>Ends silos without a word, and begins new ones.</summary>
    public async Task Crash()
    {
        foreach (var silo in _cluster.Silos.ToArray())
        {
            await _cluster.KillSiloAsync(silo);
            await _cluster.StartAdditionalSiloAsync();
        }
        await _cluster.WaitForLivenessToStabilizeAsync();
    }

    /// <summary>Stops silos as one does who takes them away, and begins new ones.</summary>
    public async Task Restart()
    {
        foreach (var silo in _cluster.Silos.ToArray())
        {
            await _cluster.StartAdditionalSiloAsync();
            await _cluster.StopSiloAsync(silo);
        }
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();
}
