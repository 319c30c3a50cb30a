using Microsoft.ML.StateSpace.AutoML.Halving;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>
/// Says a few times a second that a worker is there, and hears whether its run goes on, so that the end of a run reaches all workers within
/// a second.
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200), Answer = TimeSpan.FromSeconds(2);

    private readonly ISweepGrain _grain;
    private readonly string _run, _worker;
    private readonly CancellationTokenSource _ended;
    private readonly Task _beats;
    private Trial? _trial;

    /// <param name="grain">The sweep.</param>
    /// <param name="run">The run.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="stop">The end of the silo.</param>
    public Heartbeat(ISweepGrain grain, string run, string worker, CancellationToken stop)
    {
        (_grain, _run, _worker) = (grain, run, worker);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Run = _ended.Token;
        _beats = Task.Run(Beat, CancellationToken.None);
    }

    /// <summary>The end of the run.</summary>
    public CancellationToken Run { get; }

    /// <summary>Says from now on that a trial is trained, until the result is disposed.</summary>
    /// <param name="step">The trial.</param>
    /// <param name="time">The end of the worker's time.</param>
    public Trial Begin(HalvingStep step, CancellationToken time) => _trial = new(step, time);

    public void Dispose()
    {
        _ended.Cancel();
        _beats.Wait();
        _ended.Dispose();
    }

    private async Task Beat()
    {
        while (!Run.IsCancellationRequested)
        {
            var trial = Volatile.Read(ref _trial) is { IsOver: false } running ? running : null;
            try
            {
                var order = await _grain.Beat(_run, _worker, trial?.Step.Configuration ?? -1, trial?.Step.Rung ?? 0)
                    .AsTask().WaitAsync(Answer, Run);
                if (order == WorkerOrder.Stop)
                    await _ended.CancelAsync();
                if (order == WorkerOrder.LeaveTrial)
                    trial?.Leave();
            }
            catch (Exception) when (!Run.IsCancellationRequested)
            {
                // The sweep is on its way to another silo. What is trained meanwhile is not lost.
            }
            catch (Exception)
            {
                return;
            }
            await Task.Delay(Every, Run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A trial that is trained.</summary>
    internal sealed class Trial(HalvingStep step, CancellationToken time) : IDisposable
    {
        private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(time);
        private readonly Lock _gate = new();

        public HalvingStep Step => step;

        public CancellationToken Token => _end.Token;

        public bool IsOver { get; private set; }

        /// <summary>Another has the trial.</summary>
        public void Leave()
        {
            lock (_gate)
            {
                if (!IsOver)
                    _end.Cancel();
            }
        }

        public void Dispose()
        {
            lock (_gate)
                IsOver = true;
            _end.Dispose();
        }
    }
}
