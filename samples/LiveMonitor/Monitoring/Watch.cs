using LiveMonitor.Plant;
using Microsoft.ML.StateSpace.Grains;

namespace LiveMonitor.Monitoring;

/// <summary>Watches one pump: its stream says what to expect of the next reading.</summary>
internal sealed class Watch(Pump pump, IStreamGrain stream)
{
    /// <summary>The name of the model that all pumps share.</summary>
    public const string ModelName = "pumps";

    // Behind so many readings after a gap the stream knows again how things are. Until then its forecasts are those of another time, and
    // it learns from what it is given.
    private const int Unjudged = 12;

    private StreamForecast? _forecast;
    private int _unjudged;

    public Pump Pump => pump;

    /// <summary>Goes on from the state that is kept, or makes the first steps of a new stream. Returns the last step's number.</summary>
    public async Task<long> Begin(IEnumerable<StreamStep> firstSteps)
    {
        long last = (await stream.GetStatus()).Steps;
        if (last == 0)
            last = (await stream.StepMany([.. firstSteps]))[^1].Number;
        await Forecast(last);
        return last;
    }

    /// <summary>Compares a reading with its band, and gives it to the stream.</summary>
    /// <param name="number">The number of the reading.</param>
    /// <param name="value">The temperature.</param>
    /// <param name="hasFault">Whether the sensor was given a fault.</param>
    public async Task<PumpReading> Take(long number, float value, bool hasFault)
    {
        if (_forecast!.Number != number - 1)
            _unjudged = Unjudged;
        Band? band = _unjudged > 0 ? null : BandOf(0);
        _unjudged = Math.Max(0, _unjudged - 1);
        // What lies outside is not learned from: with what was expected in its place, the stream goes on as a pump without a fault would,
        // and so the alert lasts as long as the fault.
        float learned = band is null || band.Holds(value) ? value : band.Middle;
        var answer = await stream.Step(Step(number, learned));
        await Forecast(number);
        return new()
        {
            Pump = pump.Id, Value = value, Band = band, HasFault = hasFault, Lost = answer.LostSteps ?? 0,
            Ahead = _unjudged > 0 ? [] : [.. Enumerable.Range(0, PlantModel.Horizon).Select(BandOf).OfType<Band>()],
        };
    }

    /// <summary>A reading as a row of the model: the temperature, and the load that was planned.</summary>
    public static StreamStep Step(long number, float value) => new([value, .. Schedule.KnownAhead(number)]) { Number = number };

    // The forecasts of the readings behind one, which know what load is planned for them.
    private async Task Forecast(long last)
        => _forecast = await stream.GetForecast(
            [.. Enumerable.Range(1, PlantModel.Horizon).SelectMany(ahead => Schedule.KnownAhead(last + ahead))]);

    private Band? BandOf(int ahead)
        => _forecast is { } forecast && float.IsFinite(forecast.LowerBound[ahead]) && float.IsFinite(forecast.UpperBound[ahead])
            ? new(forecast.LowerBound[ahead], forecast.Values[ahead], forecast.UpperBound[ahead])
            : null;
}
