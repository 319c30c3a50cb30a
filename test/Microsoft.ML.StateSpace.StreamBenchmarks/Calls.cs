using System.Diagnostics;

namespace Microsoft.ML.StateSpace.StreamBenchmarks;

/// <summary>What some callers, each with one call at a time, have measured.</summary>
/// <param name="StepsPerSecond">Steps of streams that all callers together made in a second.</param>
/// <param name="Median">Of the duration of a call, in microseconds.</param>
/// <param name="Late">The 99th percentile of it, in microseconds.</param>
/// <param name="Processor">
/// What a step, or a call without one, took of all processors, in microseconds; what else the machine does counts less in it.
/// </param>
internal readonly record struct Calls(double StepsPerSecond, double Median, double Late, double Processor)
{
    /// <summary>Lets threads call at the same time for so long, after a fifth of it to warm up.</summary>
    /// <param name="threads">The threads.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="steps">Steps of a call.</param>
    /// <param name="call">Makes the i-th call of a thread.</param>
    public static Calls OfThreads(int threads, double seconds, int steps, Action<int, int> call)
    {
        var durations = new List<long>[threads];
        long elapsed = 0, all = 0;
        var before = Environment.CpuUsage.TotalTime;
        var started = Enumerable.Range(0, threads).Select(thread => new Thread(() =>
        {
            int made = 0;
            Until(seconds / 5, () => call(thread, made++), []);
            long ticks = Until(seconds, () => call(thread, made++), durations[thread] = []);
            InterlockedMax(ref elapsed, ticks);
            Interlocked.Add(ref all, made);
        })).ToArray();
        foreach (var thread in started)
            thread.Start();
        foreach (var thread in started)
            thread.Join();
        return Of(durations, elapsed, steps, (Environment.CpuUsage.TotalTime - before) / all);
    }

    /// <summary>The same with callers that wait for answers.</summary>
    public static async Task<Calls> OfTasks(int callers, double seconds, int steps, Func<int, int, ValueTask> call)
    {
        var durations = new List<long>[callers];
        long elapsed = 0, all = 0;
        var before = Environment.CpuUsage.TotalTime;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            int made = 0;
            await Until(seconds / 5, () => call(caller, made++), []);
            InterlockedMax(ref elapsed, await Until(seconds, () => call(caller, made++), durations[caller] = []));
            Interlocked.Add(ref all, made);
        })));
        return Of(durations, elapsed, steps, (Environment.CpuUsage.TotalTime - before) / all);
    }

    private static long Until(double seconds, Action call, List<long> durations)
    {
        long began = Stopwatch.GetTimestamp(), end = began + (long)(seconds * Stopwatch.Frequency), now = began;
        while (now < end)
        {
            call();
            long then = Stopwatch.GetTimestamp();
            durations.Add(then - now);
            now = then;
        }
        return now - began;
    }

    private static async Task<long> Until(double seconds, Func<ValueTask> call, List<long> durations)
    {
        long began = Stopwatch.GetTimestamp(), end = began + (long)(seconds * Stopwatch.Frequency), now = began;
        while (now < end)
        {
            await call();
            long then = Stopwatch.GetTimestamp();
            durations.Add(then - now);
            now = then;
        }
        return now - began;
    }

    private static Calls Of(List<long>[] durations, long elapsed, int steps, TimeSpan processorOfCall)
    {
        long[] sorted = [.. durations.SelectMany(list => list).Order()];
        double microsecond = Stopwatch.Frequency / 1e6;
        return new Calls(
            steps * sorted.LongLength / ((double)elapsed / Stopwatch.Frequency), sorted[sorted.Length / 2] / microsecond,
            sorted[(int)(sorted.Length * 0.99)] / microsecond, processorOfCall.TotalMicroseconds / Math.Max(1, steps));
    }

    private static void InterlockedMax(ref long largest, long value)
    {
        long seen = Volatile.Read(ref largest);
        while (value > seen && Interlocked.CompareExchange(ref largest, value, seen) is var found && found != seen)
            seen = found;
    }
}
