using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.AutoML.Halving;
using Microsoft.ML.StateSpace.AutoML.Journal;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>
/// Who trains what, and what was found. It knows nothing of grains: what must outlive it is in <see cref="Memory"/>, all else follows from
/// the journal or is heard again.
/// </summary>
internal sealed class SweepBoard
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly JournalRecords _records;
    private readonly JournalChain _chain = new();
    private readonly Dictionary<string, long> _seen = [];
    private readonly List<string> _errors = [];
    private HalvingSchedule? _schedule;
    private long _began, _ownerSeen, _workerSeen;
    private int _written; // lines that the owner has
    private double _before;

    /// <param name="name">The sweep.</param>
    /// <param name="memory">What was kept.</param>
    /// <param name="lines">The whole journal.</param>
    /// <param name="timeout">Who has not been heard of for so long is given up.</param>
    /// <param name="time">The time.</param>
    /// <param name="errors">The errors of the run.</param>
    public SweepBoard(
        string name, SweepMemory memory, IEnumerable<string> lines, TimeSpan timeout, TimeProvider time, params IEnumerable<string> errors)
    {
        (Name, Memory, _timeout, _time) = (name, memory, timeout, time);
        _records = new($"of the sweep {name}");
        foreach (string line in lines)
            Read(line);
        _errors.AddRange(errors);
        // Those who were there before this was made are heard of soon, or given up.
        foreach (string worker in memory.Held.Select(trial => trial.Worker).OfType<string>())
            _seen[worker] = Now;
        Restart();
    }

    public string Name { get; }

    public SweepMemory Memory { get; }

    public IReadOnlyList<string> Lines => _records.Lines;

    public IReadOnlyList<string> Errors => _errors;

    /// <summary>How many configurations were begun.</summary>
    public int Configurations => _records.Trials.Select(trial => trial.Configuration)
        .Concat(Memory.Held.Select(trial => trial.Configuration)).DefaultIfEmpty(-1).Max() + 1;

    private long Now => _time.GetTimestamp();

    private IEnumerable<HalvingStep> Outstanding => Memory.Held.Select(trial => trial.Step());

    /// <summary>Whether a run goes on; one whose owner is not heard of any longer has ended.</summary>
    public bool IsOpen(string? run = null)
    {
        if (Memory.Run is null || (run is not null && Memory.Run.Run != run))
            return false;
        if (!IsLate(_ownerSeen))
            return true;
        Close();
        return false;
    }

    public string? Open(SweepTerms terms, int known, string[] lines)
    {
        if (IsOpen() && Memory.Run!.Run != terms.Run)
        {
            return $"The sweep '{Name}' is being run by {Memory.Run.Owner}. Wait until it has ended, or give SetDistributedSweep another "
                + "name.";
        }
        if (lines.Length > 0 && known != Lines.Count)
            return $"The journal of the sweep '{Name}' has grown meanwhile. Start it once more: it goes on from the journal.";
        Close();
        foreach (string line in lines)
            Read(line);
        Memory.Held.RemoveAll(trial => _records.Find(trial.Configuration, trial.Rung) is not null);
        Memory.Run = terms;
        Restart();
        return null;
    }

    public void Close()
    {
        Memory.Run = null;
        for (int i = 0; i < Memory.Held.Count; i++)
            Memory.Held[i] = Memory.Held[i] with { Worker = null };
        _seen.Clear();
        _errors.Clear();
    }

    public SweepNews Watch(int lines, int errors)
    {
        (_ownerSeen, _written) = (Now, lines);
        GiveUp();
        if (_seen.Count > 0)
            _workerSeen = Now;
        else if (IsLate(_workerSeen))
        {
            _workerSeen = Now;
            _errors.Add(
                $"Nobody trains for the sweep '{Name}': no silo has been heard of for {_timeout.TotalSeconds:0} seconds. A silo trains for "
                + $"the sweeps that it is given: call AddStateSpaceSweeps(sweeps => sweeps.Set(\"{Name}\", ...)) on every silo.");
        }
        return new(true, [.. Lines.Skip(lines)], [.. _errors.Skip(errors)], [.. Memory.OutOfMemory]);
    }

    // Who only looks is not there yet: it may have left the run for good.
    public (SweepTerms Terms, string Header) Join() => (Memory.Run!, Lines[0]);

    public TrialTask Next(string worker, int lines)
    {
        _seen[worker] = Now;
        GiveUp();
        if (Memory.Run!.WaitsForOwner && _written < Lines.Count)
            return new(null, [], []);
        int held = Memory.Held.FindIndex(trial => trial.Worker == worker);
        if (held < 0)
            held = Memory.Held.FindIndex(trial => trial.Worker is null);
        if (held < 0)
        {
            var step = _schedule!.Next([.. Outstanding]);
            held = Memory.Held.Count;
            Memory.Held.Add(new(step.Configuration, step.Rung, worker, Parameter: null));
        }
        var mine = Memory.Held[held] = Memory.Held[held] with { Worker = worker };
        var others = Memory.Held.Where(trial => trial != mine).Select(trial => trial.Parameter).OfType<string>();
        return new(mine, [.. Lines.Skip(lines)], [.. others]);
    }

    public void Propose(string worker, string parameter)
    {
        int held = Memory.Held.FindIndex(trial => trial.Worker == worker);
        if (held >= 0)
            Memory.Held[held] = Memory.Held[held] with { Parameter = parameter };
    }

    public WorkerOrder Beat(string worker, int configuration, int rung)
    {
        _seen[worker] = Now;
        var step = new HalvingStep(configuration, rung);
        return configuration < 0 || Memory.Held.Exists(trial => trial.Worker == worker && trial.Step() == step)
            ? WorkerOrder.GoOn
            : WorkerOrder.LeaveTrial;
    }

    public TrialReceipt Finish(string worker, string json, bool isOutOfMemory)
    {
        var trial = JournalRecords.Read<SweepTrial>(json)!;
        if (_records.Find(trial.Configuration, trial.Rung) is { } known)
            return ReceiptOf(known);
        if (Memory.Held.RemoveAll(held => held.Worker == worker && held.Step() == new HalvingStep(trial.Configuration, trial.Rung)) == 0)
            return TrialReceipt.Refused;
        if (isOutOfMemory)
            Memory.OutOfMemory.Add((trial.Configuration, trial.Rung));
        trial = trial with
        {
            EndedAt = _before + _time.GetElapsedTime(_began).TotalSeconds, Model = _records.Leads(trial) ? trial.Model : null,
        };
        Read(_chain.Seal(JournalRecords.Write(trial)), trial);
        return ReceiptOf(trial);
    }

    public void Fail(string worker, string error)
    {
        if (Memory.Held.Find(trial => trial.Worker == worker) is not { } held)
            return;
        Memory.Held.Remove(held);
        _schedule!.Finish(held.Step(), double.NaN);
        _errors.Add(error);
    }

    public void Leave(string worker, string? error)
    {
        _seen.Remove(worker);
        GiveUp();
        if (error is not null)
            _errors.Add(error);
    }

    // The clock of the trials goes on where it stood, and everybody is new.
    private void Restart()
    {
        (_began, _ownerSeen, _workerSeen) = (Now, Now, Now);
        _before = _records.Trials.Count > 0 ? _records.Trials[^1].EndedAt : 0;
    }

    private static TrialReceipt ReceiptOf(SweepTrial trial)
        => trial.Model is null ? TrialReceipt.Written : TrialReceipt.WrittenWithModel;

    private bool IsLate(long seen) => _time.GetElapsedTime(seen) > _timeout;

    /// <summary>Frees the trials of workers that are not there any longer.</summary>
    private void GiveUp()
    {
        foreach (string worker in _seen.Where(worker => IsLate(worker.Value)).Select(worker => worker.Key).ToList())
            _seen.Remove(worker);
        for (int i = 0; i < Memory.Held.Count; i++)
        {
            if (Memory.Held[i].Worker is string worker && !_seen.ContainsKey(worker))
                Memory.Held[i] = Memory.Held[i] with { Worker = null };
        }
    }

    private void Read(string line)
    {
        int trials = _records.Trials.Count;
        _records.Read(Lines.Count + 1, _chain.Open(line), line);
        _schedule ??= new(_records.Header!.Rungs, _records.Header.Factor, _records.Header.Repeats);
        if (_records.Trials.Count > trials)
            _schedule.Finish(_records.Trials[^1]);
    }

    private void Read(string line, SweepTrial trial)
    {
        _records.Add(trial, line);
        _schedule!.Finish(trial);
    }
}
