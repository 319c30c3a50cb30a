namespace LiveMonitor.Monitoring;

/// <summary>What a reading was forecast to be: 99 of 100 lie between the bounds.</summary>
internal sealed record Band(float Lower, float Middle, float Upper)
{
    public bool Holds(float value) => value >= Lower && value <= Upper;
}
