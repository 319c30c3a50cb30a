namespace LiveMonitor.Monitoring;

/// <summary>Readings that streams have lost, because the program was away, or ended before their state was kept.</summary>
/// <param name="Number">The reading behind them.</param>
/// <param name="Lost">How many.</param>
internal sealed record Gap(long Number, long Lost);
