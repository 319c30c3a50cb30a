using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>A silo in this process, for one sweep and as long as that runs. Nobody else can join it, and it keeps nothing.</summary>
internal sealed class EmbeddedSilo(string sweep, SweepSource source, SweepOptions options) : ICluster
{
    private const int MostTries = 5;

    private IHost? _host;

    public async Task<IGrainFactory> Start(CancellationToken cancellation)
    {
        for (int tries = 1; _host is null; tries++)
        {
            var host = Build();
            try
            {
                await host.StartAsync(cancellation);
                _host = host;
            }
            // Between the search for free ports and their use another process may have taken them.
            catch (Exception e) when (e.GetBaseException() is SocketException && tries < MostTries)
            {
                host.Dispose();
            }
            catch
            {
                host.Dispose();
                throw;
            }
        }
        return _host.Services.GetRequiredService<IGrainFactory>();
    }

    public async Task Stop()
    {
        if (Interlocked.Exchange(ref _host, null) is not { } host)
            return;
        await host.StopAsync();
        host.Dispose();
    }

    private IHost Build()
    {
        var (siloPort, gatewayPort) = (FreePort(), FreePort());
        return new HostBuilder()
            .UseOrleans(silo => silo
                .UseLocalhostClustering(siloPort, gatewayPort, serviceId: "state-space-sweep", clusterId: $"{Guid.NewGuid():N}")
                .AddMemoryGrainStorage(SweepOptions.StorageName)
                .AddStateSpaceSweeps(sweeps => sweeps.Set(sweep, source), options))
            .ConfigureServices(services => services.AddSingleton<IHostLifetime, NoLifetime>())
            .Build();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // The usual lifetime would take Ctrl+C away from the program.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
