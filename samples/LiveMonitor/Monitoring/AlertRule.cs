namespace LiveMonitor.Monitoring;

/// <summary>
/// When an alert begins and ends: behind five readings in succession that lie outside of their band, or within it. One of a hundred lies
/// outside by chance; five in succession do so about once in 50,000 readings of these pumps.
/// </summary>
internal sealed class AlertRule(bool isOpen)
{
    private const int Readings = 5;

    private int _against;

    public bool IsOpen { get; private set; } = isOpen;

    /// <summary>Sees the next reading.</summary>
    public void See(bool isOutside)
    {
        _against = isOutside == IsOpen ? 0 : _against + 1;
        if (_against < Readings)
            return;
        (IsOpen, _against) = (isOutside, 0);
    }
}
