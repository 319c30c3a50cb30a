using System.Text.Json;

namespace Microsoft.ML.StateSpace.Accuracy.Runs;

/// <summary>
/// The finished runs, a line of JSON each, so that a measurement that was interrupted goes on where it stopped. Runs of other code or other
/// data have other keys, and are not found.
/// </summary>
internal sealed class RunLog
{
    private readonly string _path;
    private readonly Dictionary<RunKey, Run> _runs = [];

    public RunLog(string path)
    {
        _path = path;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (File.Exists(path))
            foreach (var run in File.ReadLines(path).Select(Read).OfType<Run>())
                _runs[run.Key] = run;
    }

    /// <summary>The run of a key; <see langword="null"/> where it is not finished.</summary>
    public Run? Find(RunKey key) => _runs.GetValueOrDefault(key);

    /// <summary>Keeps a run, in the file as well.</summary>
    public void Add(Run run)
    {
        _runs[run.Key] = run;
        // The line begins with its own line break: what an interruption has left of the line before stays a line of its own.
        File.AppendAllText(_path, "\n" + JsonSerializer.Serialize(run));
    }

    /// <summary>Forgets the runs of some keys, so that they are made anew.</summary>
    public void Forget(IEnumerable<RunKey> keys)
    {
        foreach (var key in keys)
            _runs.Remove(key);
        File.WriteAllLines(_path, _runs.Values.Select(run => JsonSerializer.Serialize(run)));
    }

    // Nothing of a line that was cut off, or written by a program with other columns.
    private static Run? Read(string line)
    {
        try
        {
            return line.Length == 0 || JsonSerializer.Deserialize<Run>(line) is not { Key: not null, Scores: not null } run ? null : run;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
