using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.Grains.Silos;
using Microsoft.ML.StateSpace.Grains.Tests.Testing;
using Xunit.Abstractions;

namespace Microsoft.ML.StateSpace.Grains.Tests.Processes;

/// <summary>
/// Three silos, each a process, held together by a database: SQLite, or the PostgreSQL server that STATESPACE_POSTGRES names in a
/// connection string, with Orleans' scripts run on it. They are killed one after the other, while streams make steps and a sweep runs.
/// </summary>
public sealed class KilledSilosTests(ITestOutputHelper output) : IDisposable
{
    private const int Rounds = 20, KeepEverySteps = 7, Trials = 60;
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
        var sweep = cluster.Sweep(_folder, Trials);
        await streams.StepEach();
        for (int round = 0; round < Rounds; round++)
        {
            await Task.Delay(random.Next(500));
            await cluster.Kill(await Victim(cluster, streams.Streams[random.Next(streams.Streams.Count)].Grain, round % 3));
            await Task.WhenAll(cluster.Fill(), streams.StepEach());
        }
        await streams.Stop();
        var lost = streams.Streams.Select(stream => stream.Lost).ToArray();
        output.WriteLine($"{streams.Streams.Sum(stream => stream.Steps)} steps; times and steps lost: {string.Join(", ", lost)}");
        lost.Sum(stream => stream.Times).Should().BeGreaterThan(Rounds / 3, "silos that were killed held streams");

        await sweep.WaitAsync(TimeSpan.FromMinutes(5));
        RequireWhole(SweepJournal.Read(_folder).Trials, EpochLog.Read(_folder));
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
            Sweep = new() { Folder = _folder, PauseMilliseconds = 200 },
        };
    }

    private static void RequireWhole(IReadOnlyList<SweepTrial> trials, string[] epochs)
    {
        trials.Should().HaveCount(Trials).And.OnlyContain(trial => trial.Succeeded);
        trials.Select(trial => (trial.Configuration, trial.Rung))
            .Should().OnlyHaveUniqueItems("a trial that has ended is not trained again");
        // A curve has the epochs of the silo that ended the trial: none, where another was killed between the last epoch and the end.
        trials.Where(trial => trial.Curve.Count > 0).GroupBy(trial => trial.Rung)
            .Should().OnlyContain(rung => rung.Select(trial => trial.Curve.Last().Epoch).Distinct().Count() == 1);
        epochs.Should().OnlyHaveUniqueItems("an epoch is written down behind its checkpoint, and that goes to another silo");
    }

    /// <summary>The silo that holds a stream, the one that coordinates the sweep, or one that trains for it.</summary>
    private static async Task<SiloProcess> Victim(SiloCluster cluster, IAddressable stream, int kind) => kind switch
    {
        0 => await Holding(cluster, stream),
        1 => await Holding(cluster, cluster.Client.GetGrain<ISweepGrain>(SmallSweep.Name)),
        _ => cluster.Training() ?? cluster.Silos.First().Value,
    };

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
