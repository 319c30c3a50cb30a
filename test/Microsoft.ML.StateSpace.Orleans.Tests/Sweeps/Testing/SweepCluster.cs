using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML.AutoML;
using Microsoft.ML.StateSpace.AutoML.Tests.Testing;
using Microsoft.ML.StateSpace.Grains.Tests.Testing;
using Orleans.Serialization;
using Orleans.TestingHost;

namespace Microsoft.ML.StateSpace.Grains.Tests.Sweeps.Testing;

/// <summary>Some silos in this process that train for a sweep, with a storage that outlives them.</summary>
internal sealed class SweepCluster : IAsyncDisposable
{
    public const string Name = "tiny";

    private readonly InProcessTestCluster _cluster;
    private readonly List<string> _silos = [];

    private SweepCluster(SweepOptions options, short silos, Func<MLContext, int, AutoMLExperiment> experiment)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((own, silo) =>
        {
            int number;
            lock (_silos)
            {
                number = _silos.Count;
                _silos.Add(own.SiloName);
            }
            silo.AddStateSpaceSweeps(
                sweeps => sweeps.Set(
                    Name, ml => experiment(ml, number), progress: training => Epochs.Follow(number, training)), options);
            silo.Services.AddKeyedSingleton(
                SweepOptions.StorageName, (services, _) => Disk.Of(services.GetRequiredService<Serializer>()));
        });
        _cluster = builder.Build();
    }

    public Disk Disk { get; } = new();

    public Epochs Epochs { get; } = new();

    public IGrainFactory Grains => _cluster.Client;

    /// <summary>Silos that train often, and are missed soon.</summary>
    public static SweepOptions Quick { get; } = new() { CheckpointEvery = TimeSpan.Zero, Timeout = TimeSpan.FromSeconds(3) };

    /// <summary>A tiny S5 whose learning rate alone is swept.</summary>
    public static AutoMLExperiment Experiment(MLContext ml, int epochs = 9)
        => ml.Experiment(ml.Auto().SequenceClassification(AutoML.Tests.Testing.Sweeps.Tiny(epochs), searchSpace: Rates()));

    public static SearchSpace.SearchSpace Rates() => AutoML.Tests.Testing.Sweeps.Rates();

    public static async Task<SweepCluster> Start(
        short silos, SweepOptions? options = null, Func<MLContext, int, AutoMLExperiment>? experiment = null)
    {
        var cluster = new SweepCluster(options ?? Quick, silos, experiment ?? ((ml, _) => Experiment(ml)));
        await cluster._cluster.DeployAsync();
        return cluster;
    }

    /// <summary>Runs the sweep.</summary>
    public Task<TrialResult> Sweep(
        int models, TemporaryFolder? folder = null, RecordingMonitor? monitor = null, CancellationToken cancellation = default,
        int rungs = 3)
        => Experiment(new MLContext(seed: 1)).SetMonitor(monitor ?? new())
            .SetDistributedSweep(Name, Grains, new() { Folder = folder?.Path, Rungs = rungs })
            .SetMaxModelToExplore(models).RunAsync(cancellation);

    /// <summary>Stops a silo as one does who takes it away.</summary>
    public Task Stop(int silo) => _cluster.StopSiloAsync(Handle(silo));

    /// <summary>Ends a silo without a word.</summary>
    public Task Kill(int silo) => _cluster.KillSiloAsync(Handle(silo));

    /// <summary>The silo where the sweep's grain lives.</summary>
    public async Task<int> Coordinator()
    {
        var management = Grains.GetGrain<IManagementGrain>(0);
        var address = await management.GetActivationAddress((IAddressable)Grains.GetGrain<ISweepGrain>(Name));
        return _silos.IndexOf(_cluster.Silos.Single(silo => silo.SiloAddress.Equals(address)).Name);
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    private InProcessSiloHandle Handle(int silo) => _cluster.Silos.Single(handle => handle.Name == _silos[silo]);
}
