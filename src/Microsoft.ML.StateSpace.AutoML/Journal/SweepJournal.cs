using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.StateSpace.AutoML.Journal;

namespace Microsoft.ML.StateSpace.AutoML;

/// <summary>
/// The trials of a sweep as JSON lines with checksums: a header, then one line a trial. Each line is written to the disk when its trial has
/// ended. A process may be killed at any time; a last line that it did not finish is ignored.
/// </summary>
public sealed class SweepJournal
{
    private const string FileName = "journal.jsonl";

    private static readonly JsonSerializerOptions Settings = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly List<SweepTrial> _trials = [];
    private readonly List<SweepTrial> _leaders = [];
    private readonly Dictionary<(int Configuration, int Rung), SweepTrial> _byStep = [];
    private readonly JournalLines _lines;

    private SweepJournal(string path)
    {
        Path = path;
        _lines = JournalLines.Read(path, Read);
    }

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

    /// <summary>The finished trial of a configuration at a rung; <see langword="null"/> where there is none.</summary>
    internal SweepTrial? Find(int configuration, int rung) => _byStep.GetValueOrDefault((configuration, rung));

    /// <summary>Throws where the file is not as this journal has left it.</summary>
    internal void RequireUntouched()
    {
        if (!File.Exists(Path) || new FileInfo(Path).Length != _lines.Length)
        {
            throw new InvalidOperationException(
                $"The journal '{Path}' was written to by another sweep meanwhile. Give SequenceHalvingOptions.Folder a folder that no "
                + "other sweep uses, or start this one once more: it goes on from the journal.");
        }
    }

    private void Note(SweepTrial trial)
    {
        if (Leads(trial))
            _leaders.Add(trial);
        _trials.Add(trial);
        _byStep[(trial.Configuration, trial.Rung)] = trial;
    }

    private void Append<T>(T record) => _lines.Add(JsonSerializer.Serialize(record, Settings));

    private void Read(int number, string line)
    {
        if (Header is null)
        {
            var header = Parse<SweepHeader>(number, line);
            Require(number, JournalCheck.Fault(header));
            Header = header;
            return;
        }
        var trial = Parse<SweepTrial>(number, line);
        Require(number, JournalCheck.Fault(trial, Header, Find));
        Note(trial!);
    }

    private T? Parse<T>(int number, string line)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Settings);
        }
        // What a converter of AutoML's does not understand it meets with any of these.
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException or ArgumentException
            or FormatException or OverflowException or KeyNotFoundException or NullReferenceException or InvalidCastException)
        {
            throw JournalLines.Unusable(Path, number, e.Message, e);
        }
    }

    private void Require(int number, string? fault)
    {
        if (fault is not null)
            throw JournalLines.Unusable(Path, number, fault);
    }
}
