using System.Collections.Concurrent;

namespace LiveMonitor.Plant;

/// <summary>The sensors of the plant, which are simulated, and the faults that are injected into them.</summary>
internal sealed class Sensors
{
    /// <summary>Readings that a fault lasts, unless it is ended before.</summary>
    public const int FaultReadings = 90;

    private const double FaultRise = 16, FaultDelay = 4; // a bearing that runs hot: standard deviations of the noise, and readings
    private const int Memory = 20;

    private readonly ConcurrentDictionary<string, long> _faultsSince = new();
    private long _last;

    /// <summary>Reads a sensor.</summary>
    public float Read(Pump pump, long number)
    {
        _last = number;
        return (float)(Healthy(pump, number) + pump.Noise * Fault(pump, number));
    }

    /// <summary>What the sensor of a pump without a fault reads, at any time.</summary>
    public static double Healthy(Pump pump, long number)
    {
        int series = 1 + Pump.All.ToList().IndexOf(pump);
        double drift = 0, weight = 1;
        for (int back = 0; back < Memory; back++, weight *= 0.8)
            drift += weight * Chance.Normal(-series, number - back);
        return pump.Idle + pump.Rise * Schedule.Warmth(number)
            + pump.Noise * (0.5 * drift * 0.6 + Math.Sqrt(0.75) * Chance.Normal(series, number));
    }

    public void BeginFault(Pump pump) => _faultsSince.TryAdd(pump.Id, _last + 1);

    public void EndFault(Pump pump) => _faultsSince.TryRemove(pump.Id, out _);

    public bool HasFault(Pump pump) => _faultsSince.ContainsKey(pump.Id);

    private double Fault(Pump pump, long number)
    {
        if (!_faultsSince.TryGetValue(pump.Id, out long since))
            return 0;
        if (number - since >= FaultReadings)
        {
            EndFault(pump);
            return 0;
        }
        return FaultRise * Math.Min(1, (number - since + 1) / FaultDelay);
    }
}
