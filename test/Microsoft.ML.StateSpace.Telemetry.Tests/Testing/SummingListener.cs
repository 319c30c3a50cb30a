using System.Diagnostics.Metrics;

namespace Microsoft.ML.StateSpace.Telemetry.Tests;

/// <summary>Adds up all that the meter of the library measures, and allocates nothing for it.</summary>
internal sealed class SummingListener : IDisposable
{
    private readonly MeterListener _listener = new();

    public SummingListener()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == StateSpaceMeter.Name)
                listener.EnableMeasurementEvents(instrument, this);
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, _, state) => ((SummingListener)state!).Total += value);
        _listener.SetMeasurementEventCallback<double>(static (_, value, _, state) => ((SummingListener)state!).Total += value);
        _listener.Start();
    }

    public double Total { get; private set; }

    public void Dispose() => _listener.Dispose();
}
