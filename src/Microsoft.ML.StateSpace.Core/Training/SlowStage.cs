using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// A part of the work that says in the log that it goes on, once it has taken longer than a second, and at its end how long it took. What
/// is quicker leaves no line.
/// </summary>
internal sealed class SlowStage : IDisposable
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(1);

    private readonly string _name;
    private readonly Action<string> _log;
    private readonly Timer _timer;
    private readonly long _began = Stopwatch.GetTimestamp();
    private bool _hasSpoken;

    private SlowStage(string name, Action<string> log, TimeSpan patience)
    {
        (_name, _log) = (name, log);
        _timer = new Timer(_ => Speak(), null, patience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Begins a stage, which ends when it is disposed.</summary>
    /// <param name="name">What is done, as the subject of a sentence.</param>
    /// <param name="log">Receives the lines; while the stage goes on, from another thread.</param>
    /// <param name="patience">After how long the log hears of it; <see langword="null"/> is a second.</param>
    public static SlowStage? Begin(string name, Action<string>? log, TimeSpan? patience = null)
        => log is null ? null : new SlowStage(name, log, patience ?? Usual);

    // Waits for a line that is being written, so that no line comes from a stage that has ended.
    public void Dispose()
    {
        using var done = new ManualResetEvent(false);
        if (_timer.Dispose(done))
            done.WaitOne();
        if (_hasSpoken)
            _log($"{_name} took {Stopwatch.GetElapsedTime(_began).TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)} s.");
    }

    private void Speak()
    {
        _hasSpoken = true;
        _log($"{_name} is taking longer than a second ...");
    }
}
