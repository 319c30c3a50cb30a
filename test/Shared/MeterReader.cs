using System.Diagnostics.Metrics;

namespace Microsoft.ML.StateSpace.Testing;

/// <summary>Keeps all that a meter measures.</summary>
internal sealed class MeterReader : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<Measurement> _measured = [];
    private readonly List<Instrument> _instruments = [];

    /// <param name="meter">The name of the meter.</param>
    public MeterReader(string meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name != meter)
                return;
            _instruments.Add(instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The instruments that there are.</summary>
    public IReadOnlyList<Instrument> Instruments => _instruments;

    /// <summary>What all of them have measured, in its order.</summary>
    public Measurement[] All
    {
        get
        {
            lock (_measured)
                return [.. _measured];
        }
    }

    /// <summary>What an instrument has measured, in its order.</summary>
    public Measurement[] Of(string instrument) => [.. All.Where(measurement => measurement.Instrument == instrument)];

    public void Dispose() => _listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var measurement = new Measurement(instrument.Name, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value));
        lock (_measured)
            _measured.Add(measurement);
    }
}
