using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Microsoft.ML.StateSpace.Grains.Silos;

/// <summary>Some silos on this machine, each a process, and a client of them in this one.</summary>
internal sealed class SiloCluster : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, SiloProcess> _silos = new();
    private readonly int _count;
    private readonly SiloSettings _settings;
    private readonly IHost _client;

    private SiloCluster(int count, SiloSettings settings)
        => (_count, _settings, _client) = (count, settings, SiloHost.BuildClient(settings));

    public IClusterClient Client => _client.Services.GetRequiredService<IClusterClient>();

    /// <summary>The silos, by the ports at which they reach each other.</summary>
    public IReadOnlyDictionary<int, SiloProcess> Silos => _silos;

    /// <summary>Starts a cluster.</summary>
    /// <param name="silos">How many silos.</param>
    /// <param name="settings">The settings of each, but for its ports.</param>
    public static async Task<SiloCluster> Start(int silos, SiloSettings settings)
    {
        var cluster = new SiloCluster(silos, settings);
        try
        {
            await cluster.Fill();
            await cluster._client.StartAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a silo in the place of each that has ended, as who watches over a cluster does.</summary>
    public async Task Fill()
    {
        foreach (var silo in _silos.Values.Where(silo => silo.HasEnded))
            await Kill(silo);
        await Task.WhenAll(Enumerable.Range(_silos.Count, _count - _silos.Count).Select(_ => Add()));
    }

    private async Task Add()
    {
        for (int attempt = 1; ; attempt++)
        {
            var (siloPort, gatewayPort) = FreePorts();
            try
            {
                _silos[siloPort] = await SiloProcess.Start(_settings with { SiloPort = siloPort, GatewayPort = gatewayPort });
                return;
            }
            // Where a machine has much else to do, others may take a silo that starts for dead, and then it ends.
            catch (InvalidOperationException) when (attempt < 3)
            {
            }
        }
    }

    /// <summary>The silo on which a grain is, or <see langword="null"/> where it is on none.</summary>
    public async Task<SiloProcess?> Holding(IAddressable grain)
        => await Client.GetGrain<IManagementGrain>(0).GetActivationAddress(grain) is { } address
            ? _silos.GetValueOrDefault(address.Endpoint.Port)
            : null;

    /// <summary>The silo whose workers have ended an epoch last.</summary>
    public SiloProcess? Training() => _silos.Values.FirstOrDefault(silo => silo.Id == EpochLog.LastToTrain(_settings.Sweep!.Folder));

    /// <summary>Runs <see cref="SmallSweep"/> on the cluster, and writes its journal into a folder.</summary>
    public Task Sweep(string folder, int trials)
        => SmallSweep.Experiment(new MLContext(seed: 1), _settings.Sweep!.Rows)
            .SetDistributedSweep(SmallSweep.Name, Client, new() { Folder = folder }).SetMaxModelToExplore(trials).RunAsync();

    /// <summary>Whether an exception is what a caller sees of a silo that has ended; then the call may be made again.</summary>
    public static bool IsOutage(Exception exception) => exception is OrleansException or TimeoutException or OperationCanceledException;

    /// <summary>Ends a silo without a word.</summary>
    public async Task Kill(SiloProcess silo)
    {
        silo.Kill();
        _silos.TryRemove(silo.Settings.SiloPort, out _);
        await silo.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_silos.Values.Select(silo => silo.DisposeAsync().AsTask()));
        // It would wait for silos that are no more.
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
        try
        {
            await _client.StopAsync(atOnce.Token);
        }
        catch (OperationCanceledException)
        {
        }
        _client.Dispose();
    }

    // Both are held at once, so that they differ.
    private static (int Silo, int Gateway) FreePorts()
    {
        using TcpListener first = new(IPAddress.Loopback, 0), second = new(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}
