using LiveMonitor.Plant;

namespace LiveMonitor.Monitoring;

/// <summary>All that a page needs when it begins, or begins anew.</summary>
/// <param name="Run">Which run of the program this is.</param>
/// <param name="Interval">Milliseconds from reading to reading.</param>
/// <param name="Pumps">The pumps.</param>
/// <param name="Readings">The last readings, the oldest first; what was forecast stands behind the last alone.</param>
/// <param name="Alerts">The last alerts, the oldest first.</param>
/// <param name="Gap">The last reading before which streams lost some; <see langword="null"/> where none did in this run.</param>
internal sealed record Snapshot(
    Guid Run, double Interval, IReadOnlyList<Pump> Pumps, Reading[] Readings, Alert[] Alerts, Gap? Gap);
