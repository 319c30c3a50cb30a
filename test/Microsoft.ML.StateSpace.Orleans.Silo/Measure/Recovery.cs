using System.Diagnostics;

namespace Microsoft.ML.StateSpace.Grains.Silos.Measure;

/// <summary>
/// Time from <c>kill -9</c> of one of three silos to the first answered step of each of its streams, which make steps all the time.
/// </summary>
internal static class Recovery
{
    private const int Streams = 30;

    public static async Task Measure(Workplace workplace)
    {
        var settings = workplace.Settings();
        await Print("Orleans' own settings", settings, kills: 3);
        await Print("calls of 1 s, else Orleans' own settings", workplace.Settings() with { ResponseSeconds = 1 }, kills: 3);
        await Print("calls of 1 s, probes of 1 s", workplace.Settings() with { ResponseSeconds = 1, IsQuick = true }, kills: 5);
    }

    private static async Task Print(string name, SiloSettings settings, int kills)
    {
        List<double> seconds = [];
        await using var cluster = await SiloCluster.Start(3, settings);
        IStreamGrain[] streams = [.. Enumerable.Range(0, Streams).Select(i => cluster.Client.GetStream(SiloSettings.ModelName, $"{i}"))];
        long[] answered = new long[Streams];
        using var enough = new CancellationTokenSource();
        Task[] running = [.. streams.Select((stream, i) => Task.Run(() => Run(stream, i)))];
        await Until(_ => true, 0);
        for (int kill = 0; kill < kills; kill++)
        {
            var holding = await Task.WhenAll(streams.Select(stream => cluster.Holding(stream)));
            var victim = holding.First(silo => silo is not null)!;
            long began = Stopwatch.GetTimestamp();
            await cluster.Kill(victim);
            long[] first = await Until(i => holding[i] == victim, Stopwatch.GetTimestamp());
            seconds.AddRange(first.Select(time => Stopwatch.GetElapsedTime(began, time).TotalSeconds));
            await cluster.Fill();
        }
        await enough.CancelAsync();
        await Task.WhenAll(running);
        seconds.Sort();
        Console.WriteLine($"  {name}: median {seconds[seconds.Count / 2]:F1} s, longest {seconds[^1]:F1} s, of {seconds.Count} streams of "
            + $"{kills} silos");

        async Task Run(IStreamGrain stream, int i)
        {
            for (int number = 1; !enough.IsCancellationRequested;)
            {
                try
                {
                    await stream.Step(Workplace.Step(number));
                    Interlocked.Exchange(ref answered[i], Stopwatch.GetTimestamp());
                    number++;
                }
                catch (Exception e) when (SiloCluster.IsOutage(e))
                {
                }
                await Task.Delay(20);
            }
        }

        // The time of the first answer behind a moment, of each of these streams.
        async Task<long[]> Until(Func<int, bool> isMeant, long moment)
        {
            int[] meant = [.. Enumerable.Range(0, Streams).Where(isMeant)];
            long[] first = new long[meant.Length];
            while (first.Contains(0))
            {
                await Task.Delay(5);
                for (int k = 0; k < meant.Length; k++)
                    if (first[k] == 0 && Interlocked.Read(ref answered[meant[k]]) is long time && time > moment)
                        first[k] = time;
            }
            return first;
        }
    }
}
