using LiveMonitor.Plant;
using LiveMonitor.Storage;
using Microsoft.ML.StateSpace.Grains;

namespace LiveMonitor.Monitoring;

/// <summary>Reads all sensors at every interval, compares what they say with its forecasts, and shows it.</summary>
internal sealed class MonitorService(
    IGrainFactory grains, Sensors sensors, Board board, MonitorArguments arguments, ILogger<MonitorService> logger) : BackgroundService
{
    /// <summary>Readings that new streams have behind them, and how many of these the page shows.</summary>
    private const int Before = 300, Shown = 120;

    private readonly Watch[] _watches = [.. Pump.All.Select(pump => new Watch(pump, grains.GetStream(Watch.ModelName, pump.Id)))];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var clock = PlantClock.Open(arguments.Folder, arguments.Interval, Before + 1);
        long[] last = await Task.WhenAll(_watches.Select(watch => watch.Begin(StepsBefore(watch.Pump))));
        long next = last.Max() + 1;
        if (next > Before - Shown + 1) // These are not new streams, and what passed meanwhile nobody saw.
            next = Math.Max(next, clock.Now);
        for (; next <= Before; next++)
            await Take(next);

        using var timer = new PeriodicTimer(arguments.Interval);
        do
        {
            await Take(next++);
            board.Open();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Take(long number)
    {
        try
        {
            var readings = await Task.WhenAll(_watches.Select(
                watch => watch.Take(number, sensors.Read(watch.Pump, number), sensors.HasFault(watch.Pump))));
            board.Add(new(number, DateTimeOffset.UtcNow, readings));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The next reading may succeed, a full disk may have room again: its answer says how many steps were lost.
            logger.LogError(e, "Reading {Number} could not be taken.", number);
        }
    }

    private static IEnumerable<StreamStep> StepsBefore(Pump pump)
        => Enumerable.Range(1, Before - Shown).Select(number => Watch.Step(number, (float)Sensors.Healthy(pump, number)));
}
