namespace Microsoft.ML.StateSpace.Grains.Silos.Measure;

/// <summary>States a second that the database keeps, where every step is kept.</summary>
internal static class Writes
{
    public static async Task Measure(Workplace workplace)
    {
        await using var cluster = await SiloCluster.Start(2, workplace.Settings() with { KeepEverySteps = 1 });
        Console.WriteLine($"  {workplace.DatabaseName}, 2 silos, 200 streams: {await Throughput.Of(cluster, 200, 1):N0} states/s");
    }
}
