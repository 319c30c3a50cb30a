namespace LiveMonitor.Monitoring;

/// <summary>What pages are told of a reading.</summary>
/// <param name="Reading">The reading.</param>
/// <param name="Alerts">The alerts that it has begun, continued or ended.</param>
internal sealed record News(Reading Reading, Alert[] Alerts);
