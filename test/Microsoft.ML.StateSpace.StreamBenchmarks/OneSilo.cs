using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.ML.StateSpace.Grains;
using Orleans.Storage;

namespace Microsoft.ML.StateSpace.StreamBenchmarks;

/// <summary>A silo in this process, and a client that reaches it through its gateway by TCP on loopback.</summary>
internal sealed class OneSilo(IHost silo, IHost client) : IAsyncDisposable
{
    public const string Model = "model";

    /// <summary>The client inside of the silo: calls stay in the process, and are copied, not serialised.</summary>
    public IGrainFactory Inside => silo.Services.GetRequiredService<IGrainFactory>();

    /// <summary>The client of its own.</summary>
    public IGrainFactory ThroughGateway => client.Services.GetRequiredService<IGrainFactory>();

    public static async Task<OneSilo> Start(ITransformer model)
    {
        var (siloPort, gatewayPort) = (FreePort(), FreePort());
        var builder = new HostApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.UseOrleans(orleans =>
        {
            orleans.UseLocalhostClustering(siloPort, gatewayPort).AddStateSpaceStreams(models => models.Set(Model, model));
            orleans.Services.AddKeyedSingleton<IGrainStorage>(StreamOptions.StorageName, new NoStorage());
        });
        var silo = builder.Build();
        await silo.StartAsync();
        var clientBuilder = new HostApplicationBuilder();
        clientBuilder.Logging.SetMinimumLevel(LogLevel.Error);
        clientBuilder.UseOrleansClient(orleans => orleans.UseLocalhostClustering(gatewayPort));
        var client = clientBuilder.Build();
        await client.StartAsync();
        return new OneSilo(silo, client);
    }

    public async ValueTask DisposeAsync()
    {
        await client.StopAsync();
        await silo.StopAsync();
        client.Dispose();
        silo.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Keeps nothing, and takes no time: the database is left out of what is measured.</summary>
    private sealed class NoStorage : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;
    }
}
