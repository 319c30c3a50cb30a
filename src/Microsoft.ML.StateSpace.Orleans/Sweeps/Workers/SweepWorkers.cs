using Microsoft.Extensions.Logging;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>The workers of a silo. They train on threads of their own, never in the turn of a grain.</summary>
internal sealed class SweepWorkers(
    SweepExperiments sweeps, SweepOptions options, IGrainFactory grains, ILocalSiloDetails silo, ILoggerFactory loggers)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private readonly CancellationTokenSource _stop = new(), _abandon = new();
    private Task _work = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle)
        => lifecycle.Subscribe(nameof(SweepWorkers), ServiceLifecycleStage.Active, Start, Stop);

    private Task Start(CancellationToken cancellation)
    {
        var logger = loggers.CreateLogger<SweepWorkers>();
        var workers = Enumerable.Range(0, options.Workers)
            .Select(i => new SweepWorker($"{silo.Name} ({silo.SiloAddress}), worker {i}", sweeps, options, grains, logger));
        Task[] work = [.. workers.Select(worker => Task.Run(() => worker.Run(_stop.Token, _abandon.Token), CancellationToken.None))];
        _work = Task.WhenAll(work);
        return Task.CompletedTask;
    }

    private async Task Stop(CancellationToken cancellation)
    {
        using var hurry = cancellation.Register(_abandon.Cancel);
        await _stop.CancelAsync();
        try
        {
            await _work.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // The silo does not wait; its trials are given up.
        }
    }
}
