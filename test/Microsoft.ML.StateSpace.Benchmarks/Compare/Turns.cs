using System.Diagnostics;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>Measures several things in turns, so that what else the machine does meets all of them alike.</summary>
internal static class Turns
{
    /// <summary>Medians over the rounds, in the unit in which each answers.</summary>
    public static double[] Medians(int rounds, params Func<double>[] measurements)
    {
        var times = measurements.Select(_ => new double[rounds]).ToArray();
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < measurements.Length; i++)
            {
                // A thread that has nothing to do, ours or the peer's, stays awake for some milliseconds before it sleeps.
                Thread.Sleep(50);
                times[i][round] = measurements[i]();
            }
        }
        return [.. times.Select(Median)];
    }

    public static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Milliseconds of one call.</summary>
    public static double Milliseconds(Action action)
    {
        long began = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    /// <summary>
    /// Measures again and again for a while and takes the last result. Threads may have slept before the first, and a system that packs
    /// threads that wake on one processor lets two share it for some milliseconds; behind a while each has its own, as in a training.
    /// </summary>
    public static double Again(Func<double> measurement)
    {
        long began = Stopwatch.GetTimestamp();
        do
            measurement();
        while (Stopwatch.GetElapsedTime(began).TotalMilliseconds < 40);
        return measurement();
    }

    /// <summary>Milliseconds of the fastest of some calls: for peaks.</summary>
    public static double Fastest(int calls, Action action) => Enumerable.Range(0, calls).Min(_ => Milliseconds(action));

    /// <summary>Calls often enough for the JIT to have made its last version.</summary>
    public static void Warm(Action action)
    {
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < 3 || (i < 60 && Stopwatch.GetElapsedTime(began).TotalSeconds < 1); i++)
            action();
    }
}
