using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.StateSpace.AutoML.Journal;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.AutoML.Halving;

/// <summary>A sweep: what was tried, on disk, and what is next. Shared by the tuner and the runners of its trials.</summary>
internal sealed class Sweep
{
    private static readonly double[] Probes = [0, 0.3, 0.5, 0.7, 1];

    private readonly string _folder;
    private readonly HalvingSchedule _schedule;
    private readonly Proposals _proposals;
    private readonly SweepJournal _journal;
    private readonly Dictionary<int, Parameter> _parameters = [];
    private readonly Dictionary<SweepTraining, IProgress<TrainingProgress>?> _followers = [];
    private readonly Func<SweepTraining, IProgress<TrainingProgress>?>? _follow;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly double _before;
    private readonly bool _keepsModels;
    private SweepTrial? _replay;
    private FileLock? _lock;

    public Sweep(
        SequenceHalvingOptions options, SearchSpace.SearchSpace space, Func<Parameter, double?> cost, int? experimentSeed, string metric,
        string data)
    {
        _keepsModels = options.Folder is not null;
        _follow = options.Progress;
        _folder = options.Folder ?? TemporaryFolder();
        using var held = Lock();
        _journal = SweepJournal.Read(_folder);
        Seed = options.Seed ?? experimentSeed ?? _journal.Header?.Seed ?? Random.Shared.Next();
        _journal.Begin(
            new()
            {
                Seed = Seed, Space = Hash(space), Data = data, Metric = metric, Rungs = options.Rungs, Factor = options.Factor,
                Repeats = options.Repeats,
            });
        _schedule = new(options.Rungs, options.Factor, options.Repeats);
        _proposals = new(space, Seed, cost, SweepParameters.IdentityOf);
        foreach (var trial in _journal.Trials)
        {
            RequireParameter(trial);
            _parameters[trial.Configuration] = trial.Parameter;
            _schedule.Finish(new(trial.Configuration, trial.Rung), trial.Succeeded ? trial.Loss : double.NaN);
            _before = trial.EndedAt;
        }
        _replay = _journal.Best;
    }

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
            _journal.RequireUntouched();
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

    public int Seed { get; }

    /// <summary>Whether no trial has a score yet.</summary>
    public bool IsEmpty => _journal.Best is null;

    public double Share(int rung) => _schedule.Share(rung);

    /// <summary>Which training from the start a rung is, from 0: each has a seed of its own.</summary>
    public int Repeat(int rung) => _schedule.Repeat(rung);

    /// <summary>
    /// The mean metric of a configuration over all its trainings from the start: the one that has just ended and those on the rungs below.
    /// </summary>
    public double MeanMetric(HalvingStep step, double metric)
    {
        int before = Repeat(step.Rung);
        return before == 0 ? metric : (before * Find(step with { Rung = step.Rung - 1 })!.Metric + metric) / (before + 1);
    }

    /// <summary>The loss of a trial that AutoML is told.</summary>
    public double ComparableLoss(SweepTrial trial) => _journal.ComparableLoss(trial);

    /// <summary>The parameter of the next trial, with its plan.</summary>
    public Parameter Next()
    {
        if (_replay is { } best)
        {
            _replay = null;
            return new TrialPlan(new(best.Configuration, best.Rung), IsReplay: true).AddTo(best.Parameter);
        }
        var step = _schedule.Next();
        if (!_parameters.TryGetValue(step.Configuration, out var parameter))
            _parameters[step.Configuration] = parameter = _proposals.Next(step.Configuration, _journal.Trials);
        return new TrialPlan(step).AddTo(parameter);
    }

    /// <summary>The finished trial of a step; <see langword="null"/> where it is not finished.</summary>
    public SweepTrial? Find(HalvingStep step) => _journal.Find(step.Configuration, step.Rung);

    /// <summary>The file that keeps the training of one step of the pipeline of a configuration, in one fold.</summary>
    public string Checkpoint(HalvingStep trial, int fold, int step)
        => Path.Combine(CheckpointFolder, $"{trial.Configuration}-{Repeat(trial.Rung)}-{fold}-{step}.ckpt");

    /// <summary>
    /// Who follows the training of one step of the pipeline of a configuration, in one fold: the same at all rungs that continue it.
    /// </summary>
    public IProgress<TrainingProgress>? Follower(HalvingStep trial, int fold, int step)
    {
        if (_follow is null)
            return null;
        var training = new SweepTraining
        {
            Configuration = trial.Configuration, Repeat = Repeat(trial.Rung), Fold = fold, Step = step,
        };
        lock (_followers)
        {
            if (!_followers.TryGetValue(training, out var follower))
                _followers.Add(training, follower = _follow(training));
            return follower;
        }
    }

    /// <summary>The place of a trial's model.</summary>
    public string ModelPath(SweepTrial trial) => Path.Combine(_folder, trial.Model!);

    private string CheckpointFolder => Path.Combine(_folder, "checkpoints");

    /// <summary>Writes a finished trial down; where it is the best so far, <paramref name="save"/> has written its model before.</summary>
    public void Finish(SweepTrial trial, Action<string>? save = null)
    {
        var earlier = _journal.Best;
        trial = trial with { EndedAt = _before + _clock.Elapsed.TotalSeconds };
        if (_keepsModels && save is not null && _journal.Leads(trial))
        {
            trial = trial with { Model = JournalCheck.FileOf(trial) };
            save(ModelPath(trial));
        }
        _journal.Add(trial);
        _schedule.Finish(new(trial.Configuration, trial.Rung), trial.Succeeded ? trial.Loss : double.NaN);
        if (trial.Model is not null && earlier?.Model is not null)
            File.Delete(ModelPath(earlier));
        if (!trial.Succeeded || trial.Share == 1)
            DeleteCheckpoints(trial.Configuration);
    }

    /// <summary>Leaves a trial alone that failed for a reason which may not be there another time, so it is not written down.</summary>
    public void Skip(HalvingStep step) => _schedule.Finish(step, double.NaN);

    private void RequireParameter(SweepTrial trial)
    {
        try
        {
            SweepParameters.IdentityOf(trial.Parameter);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or ArgumentException or InvalidCastException
            or FormatException or System.Text.Json.JsonException or NullReferenceException)
        {
            int line = _journal.Trials.ToList().IndexOf(trial) + 2;
            throw JournalLines.Unusable(
                _journal.Path, line, $"its Parameter is not of this sweep's pipeline ({e.Message.TrimEnd('.')})", e);
        }
    }

    private FileLock Lock() => FileLock.Take(
        Path.Combine(_folder, "sweep"),
        owner => $"The folder '{_folder}' is in use by the sweep of {owner}. Wait until it has ended, or give "
        + "SequenceHalvingOptions.Folder another folder.");

    private void DeleteCheckpoints(int configuration)
    {
        foreach (string file in Directory.Exists(CheckpointFolder) ? Directory.GetFiles(CheckpointFolder, $"{configuration}-*.ckpt") : [])
            File.Delete(file);
    }

    private static string Hash(SearchSpace.SearchSpace space)
    {
        var text = new StringBuilder();
        foreach (double probe in Probes)
            text.Append(space.SampleFromFeatureSpace([.. Enumerable.Repeat(probe, space.FeatureSpaceDim)]));
        text.Append(space.SampleFromFeatureSpace(space.Default));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16];
    }

    private static string TemporaryFolder()
    {
        string folder = Directory.CreateTempSubdirectory("state-space-sweep-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        };
        return folder;
    }
}
