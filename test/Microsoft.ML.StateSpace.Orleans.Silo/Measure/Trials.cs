using System.Diagnostics;

namespace Microsoft.ML.StateSpace.Grains.Silos.Measure;

/// <summary>Trials of a sweep on two silos beside one, each training on one thread, and the bytes of what they write.</summary>
internal static class Trials
{
    private const int Count = 24;

    public static async Task Measure(Workplace workplace)
    {
        foreach (int silos in new[] { 1, 2 })
        {
            string folder = workplace.Folder();
            await using var cluster = await SiloCluster.Start(silos, workplace.Settings() with
            {
                Sweep = new() { Folder = folder, Rows = 4000, CheckpointMilliseconds = 10_000 },
            });
            long began = Stopwatch.GetTimestamp();
            await cluster.Sweep(folder, Count);
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            string journal = Directory.EnumerateFiles(folder, "*.jsonl").Single();
            Console.WriteLine($"  {silos} silo(s): {Count} trials with {EpochLog.Read(folder).Length} epochs in {seconds:F1} s, "
                + $"{File.ReadLines(journal).Average(line => line.Length):F0} bytes a line of the journal");
        }
    }
}
