namespace LiveMonitor.Monitoring;

/// <summary>A reading of one pump.</summary>
internal sealed record PumpReading
{
    public required string Pump { get; init; }

    public required float Value { get; init; }

    /// <summary>The band that was forecast before; <see langword="null"/> where there was none, as behind a gap.</summary>
    public required Band? Band { get; init; }

    public bool IsOutside => Band is { } band && !band.Holds(Value);

    /// <summary>How far it lies from its band: above 0 where it is too hot, below where it is too cold, 0 within.</summary>
    public float Distance => Band is not { } band ? 0 : MathF.Max(0, Value - band.Upper) + MathF.Min(0, Value - band.Lower);

    public required bool HasFault { get; init; }

    /// <summary>The bands of the next readings; empty where there are none, as behind a gap.</summary>
    public required Band[] Ahead { get; init; }

    /// <summary>Readings that the stream lost before this one.</summary>
    public required long Lost { get; init; }
}
