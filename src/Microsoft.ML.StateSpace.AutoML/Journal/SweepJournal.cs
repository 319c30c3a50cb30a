using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace.AutoML;

/// <summary>
/// The trials of a sweep as JSON lines: a header, then one line a trial. Each line is written to the disk when its trial has ended. A
/// process may be killed at any time; a last line that it did not finish is ignored.
/// </summary>
public sealed class SweepJournal
{
    private const string FileName = "journal.jsonl";

    private static readonly JsonSerializerOptions Settings = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly List<SweepTrial> _trials = [];
    private readonly List<SweepTrial> _leaders = [];

    private SweepJournal(string path) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What the journal belongs to; <see langword="null"/> where there is none yet.</summary>
    public SweepHeader? Header { get; private set; }

    /// <summary>The finished trials in the order in which they ended.</summary>
    public IReadOnlyList<SweepTrial> Trials => _trials;

    /// <summary>The trials that were the best when they ended, in that order: up to the first at the highest rung those that were the first
    /// so high, and then the better ones there.</summary>
    public IReadOnlyList<SweepTrial> Leaders => _leaders;

    /// <summary>The best trial, the last of the leaders; <see langword="null"/> where none has a score.</summary>
    public SweepTrial? Best => _leaders.LastOrDefault();

    /// <summary>Reads the journal of the sweep that is kept in a folder; an empty one where there is none.</summary>
    /// <exception cref="InvalidDataException">A line in the middle of the file is damaged.</exception>
    public static SweepJournal Read(string folder)
    {
        var journal = new SweepJournal(System.IO.Path.Combine(folder, FileName));
        int number = 0;
        foreach (string line in WholeLines(journal.Path))
        {
            number++;
            try
            {
                if (journal.Header is null)
                    journal.Header = JsonSerializer.Deserialize<SweepHeader>(line, Settings);
                else
                    journal.Note(JsonSerializer.Deserialize<SweepTrial>(line, Settings)!);
            }
            catch (JsonException e)
            {
                throw new InvalidDataException(
                    $"Line {number} of the journal '{journal.Path}' cannot be read: {e.Message} Delete the sweep's folder to begin anew.",
                    e);
            }
        }
        return journal;
    }

    /// <summary>Makes sure that the journal belongs to this sweep, and that lines can be added behind the last whole one.</summary>
    internal void Begin(SweepHeader header)
    {
        if (Header is not null && Header != header)
        {
            throw new InvalidOperationException(
                $"The journal '{Path}' is of another sweep, {Header}; this one is {header}. Give SequenceHalvingOptions.Folder "
                + "another folder, or delete this one to begin anew.");
        }
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        if (File.Exists(Path))
        {
            using var file = File.Open(Path, FileMode.Open);
            file.SetLength(WholeLines(file).Sum(line => Encoding.UTF8.GetByteCount(line) + 1L));
        }
        if (Header is null)
            Append(header);
        Header = header;
    }

    internal void Add(SweepTrial trial)
    {
        Append(trial);
        Note(trial);
    }

    /// <summary>Whether a trial that has just ended is the best so far.</summary>
    internal bool Leads(SweepTrial trial) => trial.Succeeded && (Best is null || ComparableLoss(trial) < ComparableLoss(Best));

    /// <summary>
    /// The loss that AutoML is told. To AutoML the smallest loss is the best, so a trial below the highest rung gets a loss that is larger
    /// than any there, and the larger the lower its rung.
    /// </summary>
    internal double ComparableLoss(SweepTrial trial)
        => trial.Rung == Header!.LastRung || !trial.Succeeded ? trial.Loss : double.MaxValue / (2 + trial.Rung);

    private void Note(SweepTrial trial)
    {
        if (Leads(trial))
            _leaders.Add(trial);
        _trials.Add(trial);
    }

    private void Append<T>(T record)
    {
        using var file = new FileStream(Path, FileMode.Append, FileAccess.Write);
        file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(record, Settings) + "\n"));
        file.Flush(flushToDisk: true);
    }

    private static List<string> WholeLines(string path)
    {
        if (!File.Exists(path))
            return [];
        using var file = File.Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return WholeLines(file);
    }

    private static List<string> WholeLines(FileStream file)
    {
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        int end = Array.LastIndexOf(bytes, (byte)'\n');
        return end < 0 ? [] : [.. Encoding.UTF8.GetString(bytes, 0, end).Split('\n')];
    }
}
