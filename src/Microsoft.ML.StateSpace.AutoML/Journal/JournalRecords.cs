using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace.AutoML.Journal;

/// <summary>What the lines of a journal say: a header, then one line a trial. Where the lines are kept is the matter of others.</summary>
/// <param name="path">The name of the journal, for messages.</param>
internal sealed class JournalRecords(string path)
{
    private static readonly JsonSerializerOptions Settings = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly List<string> _lines = [];
    private readonly List<SweepTrial> _trials = [];
    private readonly List<SweepTrial> _leaders = [];
    private readonly Dictionary<(int Configuration, int Rung), SweepTrial> _byStep = [];

    public SweepHeader? Header { get; private set; }

    public IReadOnlyList<SweepTrial> Trials => _trials;

    public IReadOnlyList<SweepTrial> Leaders => _leaders;

    public SweepTrial? Best => _leaders.LastOrDefault();

    /// <summary>All lines, with their checksums.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>The finished trial of a configuration at a rung; <see langword="null"/> where there is none.</summary>
    public SweepTrial? Find(int configuration, int rung) => _byStep.GetValueOrDefault((configuration, rung));

    /// <summary>Whether a trial that has just ended is the best so far.</summary>
    public bool Leads(SweepTrial trial) => trial.Succeeded && (Best is null || ComparableLoss(trial) < ComparableLoss(Best));

    /// <summary>
    /// The loss that AutoML is told. To AutoML the smallest loss is the best, so a trial below the highest rung gets a loss that is larger
    /// than any there, and the larger the lower its rung.
    /// </summary>
    public double ComparableLoss(SweepTrial trial)
        => trial.Rung == Header!.LastRung || !trial.Succeeded ? trial.Loss : double.MaxValue / (2 + trial.Rung);

    /// <summary>A header, a trial or a parameter as a JSON object.</summary>
    public static string Write<T>(T record) => JsonSerializer.Serialize(record, Settings);

    /// <summary>What <see cref="Write"/> has written.</summary>
    public static T? Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Settings);

    /// <summary>Takes note of a header that was written.</summary>
    public void Add(SweepHeader header, string line)
    {
        Header = header;
        _lines.Add(line);
    }

    /// <summary>Takes note of a trial that was written.</summary>
    public void Add(SweepTrial trial, string line)
    {
        if (Leads(trial))
            _leaders.Add(trial);
        _trials.Add(trial);
        _byStep[(trial.Configuration, trial.Rung)] = trial;
        _lines.Add(line);
    }

    /// <summary>Takes note of a line that was read.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="json">What it says.</param>
    /// <param name="line">The line with its checksum.</param>
    /// <exception cref="InvalidDataException">It says what no sweep can have written.</exception>
    public void Read(int number, string json, string line)
    {
        if (Header is null)
        {
            var header = Parse<SweepHeader>(number, json);
            Require(number, JournalCheck.Fault(header));
            Add(header!, line);
            return;
        }
        var trial = Parse<SweepTrial>(number, json);
        Require(number, JournalCheck.Fault(trial, Header, Find));
        Add(trial!, line);
    }

    /// <summary>Throws where the parameter of a trial is of another pipeline.</summary>
    public void RequireParameter(SweepTrial trial)
    {
        try
        {
            SweepParameters.IdentityOf(trial.Parameter);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or ArgumentException or InvalidCastException
            or FormatException or JsonException or NullReferenceException)
        {
            throw JournalLines.Unusable(
                path, _trials.IndexOf(trial) + 2, $"its Parameter is not of this sweep's pipeline ({e.Message.TrimEnd('.')})", e);
        }
    }

    private T? Parse<T>(int number, string json)
    {
        try
        {
            return Read<T>(json);
        }
        // What a converter of AutoML's does not understand it meets with any of these.
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException or ArgumentException
            or FormatException or OverflowException or KeyNotFoundException or NullReferenceException or InvalidCastException)
        {
            throw JournalLines.Unusable(path, number, e.Message, e);
        }
    }

    private void Require(int number, string? fault)
    {
        if (fault is not null)
            throw JournalLines.Unusable(path, number, fault);
    }
}
