using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.AutoML.Halving;

/// <summary>The folder of a sweep: its journal, its checkpoints, and the best model.</summary>
internal sealed class SweepFolder
{
    private readonly string _path;
    private FileLock? _lock;

    /// <param name="path">The folder; <see langword="null"/> makes a temporary one, which keeps no models.</param>
    /// <param name="begin">Takes note of the journal while the folder is held.</param>
    public SweepFolder(string? path, Action<SweepFolder> begin)
    {
        KeepsModels = path is not null;
        _path = path ?? Temporary();
        Checkpoints = new(Path.Combine(_path, "checkpoints"));
        using var held = Lock();
        Journal = SweepJournal.Read(_path);
        begin(this);
    }

    public bool KeepsModels { get; }

    public SweepJournal Journal { get; }

    public CheckpointFolder Checkpoints { get; }

    /// <summary>
    /// Takes the folder until <see cref="Leave"/>. It is held while a trial runs; between trials the journal tells whether another sweep
    /// was here.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another sweep uses the folder.</exception>
    public void Enter()
    {
        if (_lock is not null)
            return;
        var taken = Lock();
        try
        {
            Journal.RequireUntouched();
        }
        catch
        {
            taken.Dispose();
            throw;
        }
        _lock = taken;
    }

    /// <summary>Lets go of the folder.</summary>
    public void Leave()
    {
        _lock?.Dispose();
        _lock = null;
    }

    /// <summary>The place of a trial's model.</summary>
    public string ModelPath(SweepTrial trial) => Path.Combine(_path, trial.Model!);

    /// <summary>Deletes the model that was the best before a trial with a model of its own.</summary>
    public void DeleteModel(SweepTrial? earlier, SweepTrial trial)
    {
        if (trial.Model is not null && earlier?.Model is not null)
            File.Delete(ModelPath(earlier));
    }

    /// <summary>A temporary folder that is deleted when the process ends.</summary>
    public static string Temporary()
    {
        string folder = Directory.CreateTempSubdirectory("state-space-sweep-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        };
        return folder;
    }

    private FileLock Lock() => FileLock.Take(
        Path.Combine(_path, "sweep"),
        owner => $"The folder '{_path}' is in use by the sweep of {owner}. Wait until it has ended, or give "
        + "SequenceHalvingOptions.Folder another folder.");
}
