namespace Microsoft.ML.StateSpace.AutoML.Trials;

/// <summary>Watches the memory of the process while a trial runs, and stops the trial when it takes more than it may.</summary>
internal sealed class MemoryWatch : IDisposable
{
    public const double Megabyte = 1024 * 1024;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly double _limit;
    private readonly Func<double> _usage;
    private readonly Action _stop;
    private readonly Timer? _timer;

    /// <param name="limit">Megabytes; <see langword="null"/> watches nothing.</param>
    /// <param name="usage">Megabytes that are in use.</param>
    /// <param name="stop">Stops the trial.</param>
    public MemoryWatch(double? limit, Func<double> usage, Action stop)
    {
        (_limit, _usage, _stop) = (limit ?? double.MaxValue, usage, stop);
        if (limit is not null)
            _timer = new Timer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>What was in use when it was too much; <see langword="null"/> while all is well.</summary>
    public double? Exceeded { get; private set; }

    /// <summary>What earlier trials have left behind does not count: it is collected before the judgement.</summary>
    public void Look()
    {
        if (Exceeded is not null || _usage() <= _limit)
            return;
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true);
        if (_usage() is var megabytes && megabytes > _limit)
        {
            Exceeded = megabytes;
            _stop();
        }
    }

    // Waits for a look in progress, which must not meet a disposed source.
    public void Dispose()
    {
        if (_timer is null)
            return;
        using var done = new ManualResetEvent(false);
        if (_timer.Dispose(done))
            done.WaitOne();
    }
}
