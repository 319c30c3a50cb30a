using System.Diagnostics;

namespace Microsoft.ML.StateSpace.Grains.Silos.Measure;

/// <summary>Steps a second that the streams of a cluster make for one client, whose calls are all under way at once.</summary>
internal static class Throughput
{
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(5), Long = TimeSpan.FromSeconds(10);

    /// <param name="cluster">The cluster.</param>
    /// <param name="streams">Streams, each with one call under way.</param>
    /// <param name="stepsACall">Steps in each call.</param>
    public static async Task<double> Of(SiloCluster cluster, int streams, int stepsACall)
    {
        long made = 0;
        using var enough = new CancellationTokenSource();
        string prefix = $"{Guid.NewGuid():N}";
        Task[] running =
        [
            .. Enumerable.Range(0, streams).Select(i => Run(cluster.Client.GetStream(SiloSettings.ModelName, $"{prefix}{i}"))),
        ];
        await Task.Delay(Warm);
        long before = Interlocked.Read(ref made), began = Stopwatch.GetTimestamp();
        await Task.Delay(Long);
        double rate = (Interlocked.Read(ref made) - before) / Stopwatch.GetElapsedTime(began).TotalSeconds;
        await enough.CancelAsync();
        await Task.WhenAll(running);
        return rate;

        async Task Run(IStreamGrain stream)
        {
            int number = 1;
            while (!enough.IsCancellationRequested)
            {
                if (stepsACall == 1)
                    await stream.Step(Workplace.Step(number));
                else
                    await stream.StepMany([.. Enumerable.Range(number, stepsACall).Select(Workplace.Step)]);
                number += stepsACall;
                Interlocked.Add(ref made, stepsACall);
            }
        }
    }
}
