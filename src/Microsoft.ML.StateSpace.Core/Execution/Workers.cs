using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>
/// A few threads that share numbered pieces of work; the caller works too. Which thread does a piece is left to chance, so a piece may
/// write only to memory of its own. A run of n pieces is the work of the first n threads alone, each of which starts when a run first needs
/// it. Between runs the threads sleep. Running allocates nothing once the threads are there.
/// </summary>
internal sealed class Workers(int count) : IDisposable
{
    private readonly Helper[] _helpers = [.. Enumerable.Range(1, count - 1).Select(worker => new Helper(worker))];
    private readonly Signal _done = new();
    private Action<int, int> _work = static (_, _) => { };
    private Exception? _failure;
    private int _count;
    private int _next;
    private int _pending; // helpers of this run that have not ended their share yet
    private volatile bool _disposed;

    /// <summary>Number of threads, the caller included.</summary>
    public int Count => count;

    /// <summary>Threads that have been started, without the caller.</summary>
    public int Started => _helpers.Count(helper => helper.IsStarted);

    /// <summary>
    /// Calls <paramref name="work"/>(worker, piece) for every piece below <paramref name="pieces"/>; returns when all are done. Workers are
    /// numbered from 0, which is the caller, to the smaller of <see cref="Count"/> and <paramref name="pieces"/>.
    /// </summary>
    public void Run(int pieces, Action<int, int> work)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int helpers = Math.Min(_helpers.Length, pieces - 1);
        if (helpers <= 0)
        {
            for (int piece = 0; piece < pieces; piece++)
                work(0, piece);
            return;
        }
        // Where the system refuses a thread, this throws before the run has begun.
        for (int i = 0; i < helpers; i++)
        {
            if (!_helpers[i].IsStarted)
                _helpers[i].Start(this);
        }
        (_work, _count, _next, _failure) = (work, pieces, 0, null);
        Volatile.Write(ref _pending, helpers);
        for (int i = 0; i < helpers; i++)
            _helpers[i].Begin.Set();
        Take(0);
        // All pieces are taken. A helper that is not awake yet is not waited for, which may take longer than the whole run.
        int late = 0;
        for (int i = 0; i < helpers; i++)
            late += _helpers[i].Begin.TryTakeBack() ? 1 : 0;
        // The last helper to end sets this, and only a run in which one ends waits for it. So nothing of this run reaches into the next.
        if (late == 0 || Interlocked.Add(ref _pending, -late) > 0)
            _done.Wait(WhileOthersWork);
        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure); // the caller gets it as it would with one thread
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (var helper in _helpers)
            helper.End();
        _done.Dispose();
    }

    // How long a thread looks before it sleeps. One that has slept may be some milliseconds late. The caller of a run waits for threads
    // that are at work. A helper looks for long only where the last run followed soon on the one before, as within a training step, and
    // hardly where a run comes now and then: to look takes time from others.
    private static readonly long WhileOthersWork = Stopwatch.Frequency / 200, BetweenRuns = Stopwatch.Frequency / 500,
        WhileIdle = Stopwatch.Frequency / 20_000;

    private void Serve(int worker, Signal begin)
    {
        for (long linger = WhileIdle; ;)
        {
            long began = Stopwatch.GetTimestamp();
            begin.Wait(linger);
            linger = begin.LastSet - began < BetweenRuns ? BetweenRuns : WhileIdle;
            if (_disposed)
                return;
            Take(worker);
            if (Interlocked.Decrement(ref _pending) == 0)
                _done.Set();
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

    /// <summary>A thread, once it is needed, and its own signal: so a run wakes no more threads than it has use for.</summary>
    private sealed class Helper(int worker)
    {
        private Thread? _thread;

        public bool IsStarted => _thread is not null;

        public Signal Begin { get; } = new();

        public void Start(Workers workers)
        {
            var thread = new Thread(() => workers.Serve(worker, Begin)) { IsBackground = true, Name = $"StateSpace worker {worker}" };
            thread.Start();
            _thread = thread;
        }

        public void End()
        {
            if (_thread is not null)
            {
                Begin.Set();
                _thread.Join();
            }
            Begin.Dispose();
        }
    }

    /// <summary>
    /// Wakes the one thread that waits for it. Every <see cref="Set"/> is met by one <see cref="Wait"/>, or taken back, before the next one
    /// comes; so no lock is needed where the thread is still awake.
    /// </summary>
    private sealed class Signal : IDisposable
    {
        private const int Idle = 0, IsSet = 1, Sleeping = 2;

        private readonly AutoResetEvent _wake = new(false);
        private volatile int _state;
        private int _before; // the state that the last Set found
        private long _lastSet;

        /// <summary>When it was last set.</summary>
        public long LastSet => Volatile.Read(ref _lastSet);

        public void Set()
        {
            Volatile.Write(ref _lastSet, Stopwatch.GetTimestamp());
            _before = Interlocked.Exchange(ref _state, IsSet);
            if (_before == Sleeping)
                _wake.Set();
        }

        /// <summary>Takes the last <see cref="Set"/> back, unless the thread has noticed it.</summary>
        public bool TryTakeBack() => Interlocked.CompareExchange(ref _state, _before, IsSet) == IsSet;

        /// <param name="linger">How long the thread looks before it sleeps.</param>
        public void Wait(long linger)
        {
            for (long end = Stopwatch.GetTimestamp() + linger; _state != IsSet && Stopwatch.GetTimestamp() < end;)
                Thread.Yield();
            // What wakes the thread may have been taken back since.
            while (Interlocked.CompareExchange(ref _state, Idle, IsSet) != IsSet)
            {
                if (Interlocked.CompareExchange(ref _state, Sleeping, Idle) != IsSet)
                    _wake.WaitOne();
            }
        }

        public void Dispose() => _wake.Dispose();
    }
}
