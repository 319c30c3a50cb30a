namespace LiveMonitor.Monitoring;

/// <summary>A pump that is not as it should be, from when until when.</summary>
internal sealed record Alert
{
    public required long Id { get; init; }

    public required string Pump { get; init; }

    public required DateTimeOffset Began { get; init; }

    /// <summary>When readings were in their band again; <see langword="null"/> while the alert is open.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The largest distance of a reading from its band, with its sign.</summary>
    public required float Largest { get; init; }
}
