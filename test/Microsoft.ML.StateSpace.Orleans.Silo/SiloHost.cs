using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;

namespace Microsoft.ML.StateSpace.Grains.Silos;

/// <summary>A silo and a client of a cluster that a database holds together.</summary>
internal static class SiloHost
{
    public static IHost Build(SiloSettings settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options => SetNames(options, settings));
            silo.ConfigureEndpoints(IPAddress.Loopback, settings.SiloPort, settings.GatewayPort);
            silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = settings.Database);
            if (settings.IsQuick)
                silo.Configure<ClusterMembershipOptions>(FindDeadSilosSoon);
            AddStorage(silo, StreamOptions.StorageName, settings.Database);
            silo.AddStateSpaceStreams(
                models => models.Load(SiloSettings.ModelName, settings.ModelFile),
                new() { KeepEverySteps = settings.KeepEverySteps, KeepEvery = TimeSpan.FromMinutes(10) });
            if (settings.Sweep is { } sweep)
                AddSweep(silo, sweep, settings.Database);
        });
        return builder.Build();
    }

    public static IHost BuildClient(SiloSettings settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(options => SetNames(options, settings));
            client.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = settings.Database);
            // Nobody tells a client of the calls that ended with a silo: it waits for their answers.
            client.Configure<ClientMessagingOptions>(
                options => options.ResponseTimeout = TimeSpan.FromSeconds(settings.ResponseSeconds));
            if (settings.IsQuick)
                client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(1));
        });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        return builder.Build();
    }

    private static void AddSweep(ISiloBuilder silo, SweepSettings sweep, Database database)
    {
        AddStorage(silo, SweepOptions.StorageName, database);
        silo.AddStateSpaceSweeps(
            sweeps => sweeps.Set(
                SmallSweep.Name, context => SmallSweep.Experiment(context, sweep.Rows),
                progress: training => new EpochLog(sweep.Folder, training, TimeSpan.FromMilliseconds(sweep.PauseMilliseconds))),
            new() { Workers = sweep.Workers, CheckpointEvery = TimeSpan.FromMilliseconds(sweep.CheckpointMilliseconds) });
    }

    private static void SetNames(ClusterOptions options, SiloSettings settings)
        => (options.ClusterId, options.ServiceId) = (settings.Cluster, settings.Cluster);

    // Two probes that are not answered within a second, and the word of one silo, are enough.
    private static void FindDeadSilosSoon(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(1);
        options.NumMissedProbesLimit = 2;
        options.NumVotesForDeathDeclaration = 1;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(2);
    }

    // States in Orleans' own bytes, since its default, JSON, makes them a third longer.
    private static void AddStorage(ISiloBuilder silo, string name, Database database)
        => silo.AddAdoNetGrainStorage(name, options => options.Configure<Serializer>((storage, serializer) =>
        {
            (storage.Invariant, storage.ConnectionString) = database;
            storage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
        }));

    // The usual lifetime would take Ctrl+C away from the program whose client it is.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
