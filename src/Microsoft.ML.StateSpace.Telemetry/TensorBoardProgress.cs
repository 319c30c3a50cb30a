using Microsoft.ML.StateSpace.Telemetry;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Writes event files that TensorBoard reads while training runs: <c>tensorboard --logdir FOLDER</c>. Each fit, each fold of a
/// cross-validation and each member of an ensemble is a run with a folder of its own, so that their learning curves lie over one another.
/// What is written, and under which tags, stands in <c>docs/telemetry.md</c>.
/// </summary>
/// <remarks>
/// It may be used by several trainings, one after the other or at the same time, and several may share a folder: a name of a run that is
/// taken gets a number, <c>run-2</c>. A training that goes on from a checkpoint with the same options, and reports to the same object as
/// before, goes on in the folder of its first part. Files are open until their training ends; every report is readable at once. What
/// cannot be written, as on a full disk, ends the training with an <see cref="IOException"/>.
/// </remarks>
public sealed class TensorBoardProgress : IProgress<TrainingProgress>, IProgress<TrainingEnd>, IDisposable
{
    private readonly Lock _lock = new();
    private readonly string _folder;
    private readonly string _run;
    private readonly TimeProvider _time;
    private readonly Dictionary<long, TrainingEvents> _open = [];
    private readonly List<TrainingEvents> _ended = [];
    private bool _isDisposed;

    /// <summary>Makes the folder, so that one that cannot be written is found before training.</summary>
    /// <param name="folder">The folder that TensorBoard is given; runs are folders in it.</param>
    /// <param name="run">Name of the run. Default: <c>run</c>.</param>
    /// <param name="time">The clock of the events. Default: <see langword="null"/>, that of the system.</param>
    /// <exception cref="ArgumentException">The name of the run is no name of a folder.</exception>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be made.</exception>
    public TensorBoardProgress(string folder, string run = "run", TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentException.ThrowIfNullOrWhiteSpace(run);
        if (run is "." or ".." || run.AsSpan().ContainsAny('/', '\\') || run.AsSpan().ContainsAny(Path.GetInvalidFileNameChars()))
        {
            throw new ArgumentException(
                $"The run must be the name of one folder, but is '{run}'. Put what stands before the name into the folder.", nameof(run));
        }
        _folder = Directory.CreateDirectory(folder).FullName;
        _run = run;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Writes the losses, the metric and the speed of an epoch; with the first one of a training also its options.</summary>
    /// <param name="value">What is known at the end of the epoch.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (!_open.TryGetValue(value.Run, out var events))
            {
                events = _ended.FindLast(ended => ended.IsContinuedBy(value));
                if (events is null)
                    events = new TrainingEvents(_folder, _run, _time);
                else
                    _ended.Remove(events);
                _open.Add(value.Run, events);
            }
            events.Write(value);
        }
    }

    /// <summary>Writes how a training ended, and closes its files.</summary>
    /// <param name="value">How it ended.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Report(TrainingEnd value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (_lock)
        {
            // Without a first epoch there is no run.
            if (!_open.Remove(value.Run, out var events))
                return;
            using (events)
                events.Write(value);
            _ended.Add(events);
        }
    }

    /// <summary>Closes the files of trainings that have not ended.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            foreach (var events in _open.Values)
                events.Dispose();
            _open.Clear();
        }
    }
}
