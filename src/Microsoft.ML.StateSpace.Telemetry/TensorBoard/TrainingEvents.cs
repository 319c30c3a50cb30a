namespace Microsoft.ML.StateSpace.Telemetry;

/// <summary>
/// The runs of one training: one of a single model, <c>run</c>, and of an ensemble one for each member, <c>run/member-0</c>.
/// </summary>
/// <param name="parent">The folder that TensorBoard is given.</param>
/// <param name="name">Name of the run.</param>
/// <param name="time">The clock.</param>
internal sealed class TrainingEvents(string parent, string name, TimeProvider time) : IDisposable
{
    private readonly Dictionary<int, RunEvents> _members = [];
    private string? _folder;

    /// <summary>Whether a report is that of a later part of this training, which has gone on from a checkpoint.</summary>
    public bool IsContinuedBy(TrainingProgress progress)
        => progress.Epoch > 1 && _members.TryGetValue(progress.Member, out var run) && run.IsContinuedBy(progress);

    /// <summary>
    /// Writes an epoch. Epochs that begin anew, as where members are trained once more on all sequences, are another run.
    /// </summary>
    public void Write(TrainingProgress progress)
    {
        if (!_members.TryGetValue(progress.Member, out var run) || run.Epoch >= progress.Epoch)
        {
            run?.Dispose();
            run = _members[progress.Member] = new RunEvents(NewFolder(progress), time);
        }
        run.Write(progress);
    }

    /// <summary>Writes how the training ended, beside its epochs, or beside the folders of its members.</summary>
    public void Write(TrainingEnd end)
    {
        if (_members.Count == 1 && _members.TryGetValue(0, out var single) && single.Folder == _folder)
        {
            single.Write(end);
            return;
        }
        using var together = new RunEvents(_folder!, time);
        together.Write(end);
    }

    /// <summary>Closes the files. What is written afterwards goes to further files in the same folders.</summary>
    public void Dispose()
    {
        foreach (var run in _members.Values)
            run.Dispose();
    }

    private string NewFolder(TrainingProgress progress)
    {
        if (progress.Members == 1)
            return _folder = RunFolder.Claim(parent, name);
        _folder ??= RunFolder.Claim(parent, name);
        return RunFolder.Claim(_folder, $"member-{progress.Member}");
    }
}
