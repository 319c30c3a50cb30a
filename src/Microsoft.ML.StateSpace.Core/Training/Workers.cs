using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// A few threads that share numbered pieces of work; the caller works too. Which thread does a piece is left to chance, so a piece may
/// write only to memory of its own. Running allocates nothing.
/// </summary>
internal sealed class Workers : IDisposable
{
    // How long threads wait awake before they sleep. A thread that sleeps costs more than its waking: woken after a pause, it has been seen
    // to begin milliseconds late, when the time slice of its waker was over. So no thread should sleep between two steps of a training run.
    private static readonly long Linger = Stopwatch.Frequency / 50;

    private readonly SemaphoreSlim _start = new(0);
    private readonly SemaphoreSlim _done = new(0);
    private readonly Thread[] _threads;
    private Action<int, int> _work = static (_, _) => { };
    private Exception? _failure;
    private int _count;
    private int _next;
    private int _pending; // permits of this run's start whose holder has not ended its share yet
    private volatile bool _disposed;

    public Workers(int count)
    {
        Count = count;
        _threads = new Thread[count - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int worker = i + 1;
            _threads[i] = new Thread(() => Serve(worker)) { IsBackground = true, Name = $"StateSpace worker {worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>Number of threads, the caller included.</summary>
    public int Count { get; }

    /// <summary>
    /// Calls <paramref name="work"/>(worker, piece) for every piece below <paramref name="pieces"/>; returns when all are done.
    /// </summary>
    public void Run(int pieces, Action<int, int> work)
    {
        int helpers = Math.Min(_threads.Length, pieces - 1);
        if (helpers <= 0)
        {
            for (int piece = 0; piece < pieces; piece++)
                work(0, piece);
            return;
        }
        (_work, _count, _next, _failure) = (work, pieces, 0, null);
        Volatile.Write(ref _pending, helpers);
        _start.Release(helpers);
        Take(0);
        for (long end = Stopwatch.GetTimestamp() + Linger; _done.CurrentCount == 0 && Stopwatch.GetTimestamp() < end;)
            Thread.Yield();
        // The last to end releases this once in each run, and each run takes it once. So nothing of this run reaches into the next.
        _done.Wait();
        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure); // the caller gets it as it would with one thread
    }

    public void Dispose()
    {
        _disposed = true;
        _start.Release(_threads.Length + 1);
        foreach (var thread in _threads)
            thread.Join();
        _start.Dispose();
        _done.Dispose();
    }

    private void Serve(int worker)
    {
        while (true)
        {
            for (long end = Stopwatch.GetTimestamp() + Linger; _start.CurrentCount == 0 && Stopwatch.GetTimestamp() < end;)
                Thread.Yield();
            _start.Wait();
            if (_disposed)
                return;
            Take(worker);
            if (Interlocked.Decrement(ref _pending) == 0)
                _done.Release();
        }
    }

    private void Take(int worker)
    {
        try
        {
            for (int piece = Interlocked.Increment(ref _next) - 1; piece < _count; piece = Interlocked.Increment(ref _next) - 1)
                _work(worker, piece);
        }
        catch (Exception e)
        {
            _failure = e;
        }
    }
}
