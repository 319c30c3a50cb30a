using Microsoft.ML.StateSpace.Grains.Silos;
using Microsoft.ML.StateSpace.Grains.Tests.Testing;

namespace Microsoft.ML.StateSpace.Grains.Tests.Processes;

/// <summary>Some streams of a cluster that make steps all the time.</summary>
internal sealed class RunningStreams
{
    private readonly CancellationTokenSource _enough = new();
    private readonly Task _running;

    public RunningStreams(SiloCluster cluster, int streams, int keepEverySteps)
    {
        Streams =
        [
            .. Enumerable.Range(0, streams).Select(i => new NumberedStream(
                cluster.Client.GetStream(SiloSettings.ModelName, $"{i}"), FittedModels.First.CreateStreamingEngine(), keepEverySteps, i)),
        ];
        _running = Task.WhenAll(Streams.Select(Run));
    }

    public IReadOnlyList<NumberedStream> Streams { get; }

    /// <summary>Returns when each of them has begun and ended a step, or one has failed.</summary>
    public async Task StepEach()
    {
        // The step that is under way may have been answered before this was called.
        long[] aims = [.. Streams.Select(stream => stream.Steps + 2)];
        while (!_running.IsCompleted && Streams.Where((stream, i) => stream.Steps < aims[i]).Any())
            await Task.Delay(10);
        if (_running.IsCompleted)
            await _running;
    }

    /// <summary>Ends them, and fails where one has failed.</summary>
    public async Task Stop()
    {
        await _enough.CancelAsync();
        await _running;
    }

    private async Task Run(NumberedStream stream)
    {
        try
        {
            while (!_enough.IsCancellationRequested)
            {
                await stream.Step();
                await Task.Delay(50);
            }
        }
        catch
        {
            // One failure is enough, and the first is the one to read.
            await _enough.CancelAsync();
            throw;
        }
    }
}
