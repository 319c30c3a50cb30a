using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Data.Sqlite;

namespace Microsoft.ML.StateSpace.Grains.Silos.Measure;

/// <summary>Bytes of messages, as Orleans itself measures them, and of states, as they lie in the database.</summary>
internal static class Sizes
{
    private const int Calls = 200;

    public static async Task Measure(Workplace workplace)
    {
        var settings = workplace.Settings() with { KeepEverySteps = Calls };
        await using var cluster = await SiloCluster.Start(1, settings);
        var stream = cluster.Client.GetStream(SiloSettings.ModelName, "pump 17");
        await stream.Step(Workplace.Step(1));
        await Print("Step", async call => await stream.Step(Workplace.Step(call + 2)));
        await Print("StepMany of 100", async call =>
            await stream.StepMany([.. Enumerable.Range(Calls + 2 + (100 * call), 100).Select(Workplace.Step)]));
        await Print("GetStatus", async _ => await stream.GetStatus());
        if (settings.Database.ConnectionString.StartsWith("Data Source", StringComparison.Ordinal))
            Console.WriteLine($"  a state of {Workplace.Channels} channels and two layers of 32: {StateLength(settings.Database)} bytes");
    }

    private static async Task Print(string name, Func<int, Task> call)
    {
        ConcurrentDictionary<string, long> bytes = new();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name is "orleans-messaging-sent-messages-size" or "orleans-messaging-received-messages-size")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>(
            (instrument, value, _, _) => bytes.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.Start();
        for (int i = 0; i < Calls; i++)
            await call(i);
        Console.WriteLine($"  {name}: {bytes["orleans-messaging-sent-messages-size"] / (double)Calls:F0} bytes to the silo, "
            + $"{bytes["orleans-messaging-received-messages-size"] / (double)Calls:F0} back");
    }

    private static long StateLength(Database database)
    {
        using var connection = new SqliteConnection(database.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT max(length(PayloadBinary)) FROM States";
        return (long)command.ExecuteScalar()!;
    }
}
