using Microsoft.ML.StateSpace.Grains.Silos;
using Microsoft.ML.StateSpace.Grains.Tests.Testing;
using Xunit.Abstractions;

namespace Microsoft.ML.StateSpace.Grains.Tests.Processes;

/// <summary>
/// Three silos, each a process, held together by a database: SQLite, or the PostgreSQL server that STATESPACE_POSTGRES names in a
/// connection string, with Orleans' scripts run on it. They are killed one after the other.
/// </summary>
public sealed class KilledSilosTests(ITestOutputHelper output) : IDisposable
{
    private const int Rounds = 20, KeepEverySteps = 7;
    private readonly string _folder = Directory.CreateTempSubdirectory("state-space-silos-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task KillingSilos_LosesNothingBeyondWhatIsPromised()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"The moments and the silos are drawn from the seed {seed}.");
        var random = new Random(seed);
        await using var cluster = await SiloCluster.Start(3, Settings());
        var streams = new RunningStreams(cluster, 12, KeepEverySteps);
        await streams.StepEach();
        for (int round = 1; round <= Rounds; round++)
        {
            await Task.Delay(random.Next(200));
            await cluster.Kill(await Holding(cluster, streams.Streams[random.Next(streams.Streams.Count)].Grain));
            await Task.WhenAll(cluster.Fill(), streams.StepEach());
        }
        await streams.Stop();
        var lost = streams.Streams.Select(stream => stream.Lost).ToArray();
        output.WriteLine($"{streams.Streams.Sum(stream => stream.Steps)} steps; times and steps lost: {string.Join(", ", lost)}");
        lost.Sum(stream => stream.Times).Should().BeGreaterThan(Rounds / 2, "a silo that is killed held a stream");
    }

    [Fact]
    public async Task ASilo_EndsWithTheProcessThatHasStartedIt()
    {
        await using var cluster = await SiloCluster.Start(1, Settings());
        await cluster.Silos.Single().Value.Abandon().WaitAsync(TimeSpan.FromMinutes(1));
    }

    private SiloSettings Settings()
    {
        string model = Path.Combine(_folder, "model.zip");
        new MLContext().Model.Save(FittedModels.First, null, model);
        return new()
        {
            Database = Environment.GetEnvironmentVariable("STATESPACE_POSTGRES") is { Length: > 0 } server
                ? Database.Postgres(server)
                : Database.CreateSqlite(Path.Combine(_folder, "cluster.db")),
            ModelFile = model,
            KeepEverySteps = KeepEverySteps,
            IsQuick = true,
            ResponseSeconds = 1,
        };
    }

    // It is nowhere while it is on its way to another silo, and whoever is asked for it may be on a silo that has ended.
    private static async Task<SiloProcess> Holding(SiloCluster cluster, IAddressable grain)
    {
        while (true)
        {
            try
            {
                if (await cluster.Holding(grain) is { } silo)
                    return silo;
            }
            catch (Exception e) when (SiloCluster.IsOutage(e))
            {
            }
            await Task.Delay(20);
        }
    }
}
