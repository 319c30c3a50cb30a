using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.ML.StateSpace.Grains;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.Documentation;

/// <summary>Blocks of C# in docs/scale.md: a test of Core holds that every block stands in this folder, word for word.</summary>
public sealed class ClusterSnippets
{
    private const string Connection = "Host=db;Database=orleans;Username=orleans;Password=secret";

    [Fact]
    public void ASilo_FindsOthers_AndKeepsStates_InADatabase()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo => silo
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("plant", "plant"))
            .ConfigureEndpoints(siloPort: 11111, gatewayPort: 30000)
            .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", Connection))
            .AddAdoNetGrainStorage(StreamOptions.StorageName, storage => storage.Configure<Serializer>((options, serializer) =>
            {
                (options.Invariant, options.ConnectionString) = ("Npgsql", Connection);
                options.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
            }))
            .AddStateSpaceStreams(models => models.Load("pumps", "pumps.zip")));

        using var host = builder.Build();
        host.Services.GetRequiredKeyedService<IGrainStorage>(StreamOptions.StorageName).Should().BeOfType<AdoNetGrainStorage>();
    }

    [Fact]
    public void AClient_FindsThem_AndDoesNotWaitLong()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleansClient(client => client
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("plant", "plant"))
            .Configure<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(1))
            .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", Connection)));

        using var host = builder.Build();
        host.Services.GetRequiredService<IOptions<ClientMessagingOptions>>().Value.ResponseTimeout.Should().Be(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void DeadSilos_AreFoundSooner()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo => silo.UseLocalhostClustering()
            .Configure<ClusterMembershipOptions>(options =>
            {
                options.ProbeTimeout = TimeSpan.FromSeconds(1);         // 5 seconds where nothing is set
                options.NumMissedProbesLimit = 2;                       // 3
                options.NumVotesForDeathDeclaration = 1;                // 2
            }));

        using var host = builder.Build();
        host.Services.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value.NumMissedProbesLimit.Should().Be(2);
    }
}
