using Microsoft.ML.StateSpace.AutoML.Journal;

namespace Microsoft.ML.StateSpace.AutoML;

/// <summary>
/// The trials of a sweep as JSON lines with checksums: a header, then one line a trial. Each line is written to the disk when its trial has
/// ended. A process may be killed at any time; a last line that it did not finish is ignored.
/// </summary>
public sealed class SweepJournal
{
    private const string FileName = "journal.jsonl";

    private readonly JournalRecords _records;
    private readonly JournalLines _lines;

    private SweepJournal(string path)
    {
        Path = path;
        _records = new(path);
        _lines = JournalLines.Read(path, _records.Read);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What the journal belongs to; <see langword="null"/> where there is none yet.</summary>
    public SweepHeader? Header => _records.Header;

    /// <summary>The finished trials in the order in which they ended.</summary>
    public IReadOnlyList<SweepTrial> Trials => _records.Trials;

    /// <summary>The trials that were the best when they ended, in that order: up to the first at the highest rung those that were the first
    /// so high, and then the better ones there.</summary>
    public IReadOnlyList<SweepTrial> Leaders => _records.Leaders;

    /// <summary>The best trial, the last of the leaders; <see langword="null"/> where none has a score.</summary>
    public SweepTrial? Best => _records.Best;

    internal JournalRecords Records => _records;

    /// <summary>Reads the journal of the sweep that is kept in a folder; an empty one where there is none.</summary>
    /// <exception cref="InvalidDataException">A line was altered, or says what no sweep can have written; the message names the file and
    /// the line.</exception>
    public static SweepJournal Read(string folder) => new(System.IO.Path.Combine(folder, FileName));

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
        if (Header is null)
            _records.Add(header, _lines.Add(JournalRecords.Write(header)));
    }

    internal void Add(SweepTrial trial) => _records.Add(trial, _lines.Add(JournalRecords.Write(trial)));

    /// <summary>Adds a line that another journal of this sweep has at this place.</summary>
    internal void Copy(string line)
    {
        int number = _records.Lines.Count + 1;
        _records.Read(number, _lines.Copy(line, number), line);
    }

    /// <summary>Throws where the file is not as this journal has left it.</summary>
    internal void RequireUntouched()
    {
        if ((File.Exists(Path) ? new FileInfo(Path).Length : 0) != _lines.FileLength)
        {
            throw new InvalidOperationException(
                $"The journal '{Path}' was written to by another sweep meanwhile. Give SequenceHalvingOptions.Folder a folder that no "
                + "other sweep uses, or start this one once more: it goes on from the journal.");
        }
    }
}
