namespace LiveMonitor.Monitoring;

/// <summary>A reading of all pumps.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Time">When it was read.</param>
/// <param name="Pumps">A reading of each.</param>
internal sealed record Reading(long Number, DateTimeOffset Time, PumpReading[] Pumps)
{
    /// <summary>The most that a stream lost before this reading.</summary>
    public long Lost => Pumps.Max(pump => pump.Lost);

    /// <summary>The same without what was forecast behind it, which only the last reading needs.</summary>
    public Reading AsPast() => this with { Pumps = [.. Pumps.Select(pump => pump with { Ahead = [] })] };
}
