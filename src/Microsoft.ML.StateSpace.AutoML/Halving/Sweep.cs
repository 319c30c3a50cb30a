using System.Diagnostics;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.StateSpace.AutoML.Journal;
using Microsoft.ML.StateSpace.AutoML.Trials;
using Microsoft.ML.StateSpace.ModelFiles;

namespace Microsoft.ML.StateSpace.AutoML.Halving;

/// <summary>
/// A sweep in this process: what was tried, on disk, and what is next. Shared by the tuner and the runners of its trials, which come one
/// after the other.
/// </summary>
internal sealed class Sweep : ISweep
{
    private readonly SweepFolder _folder;
    private readonly HalvingSchedule _schedule;
    private readonly Proposals _proposals;
    private readonly Dictionary<int, Parameter> _parameters = [];
    private readonly SweepFollowers _followers;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly double _before;
    private SweepTrial? _replay;

    public Sweep(SequenceHalvingOptions options, SweptExperiment experiment)
    {
        _followers = new(options.Progress);
        int seed = 0;
        _folder = new(options.Folder, folder =>
        {
            seed = experiment.Seed(options, folder.Journal.Header);
            folder.Journal.Begin(experiment.Header(seed, options));
        });
        Seed = seed;
        _schedule = new(options.Rungs, options.Factor, options.Repeats);
        _proposals = experiment.Proposals(seed);
        foreach (var trial in Journal.Trials)
        {
            Journal.Records.RequireParameter(trial);
            _parameters[trial.Configuration] = trial.Parameter;
            _schedule.Finish(trial);
            _before = trial.EndedAt;
        }
        _replay = Journal.Best;
    }

    public int Seed { get; }

    public bool TakesUnfinished => Journal.Best is null;

    private SweepJournal Journal => _folder.Journal;

    public void Enter() => _folder.Enter();

    public void Leave() => _folder.Leave();

    public double Share(int rung) => _schedule.Share(rung);

    public int Repeat(int rung) => _schedule.Repeat(rung);

    public double MeanMetric(HalvingStep step, double metric) => _schedule.MeanMetric(step, metric, Journal.Records);

    public double ComparableLoss(SweepTrial trial) => Journal.Records.ComparableLoss(trial);

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
            _parameters[step.Configuration] = parameter = _proposals.Next(step.Configuration, Journal.Trials);
        return new TrialPlan(step).AddTo(parameter);
    }

    /// <summary>The finished trial of a step; <see langword="null"/> where it is not finished.</summary>
    public SweepTrial? Find(HalvingStep step) => Journal.Records.Find(step.Configuration, step.Rung);

    public (ITransformer Model, SweepTrial Trial)? Replay(MLContext context, TrialPlan plan)
        => plan.IsReplay && Find(plan.Step) is { Model: not null } known && File.Exists(_folder.ModelPath(known))
            ? (context.Model.Load(_folder.ModelPath(known), out _), known)
            : null;

    public string Checkpoint(HalvingStep trial, int fold, int step)
        => _folder.Checkpoints.PathOf(_schedule.Training(trial, fold, step));

    public IProgress<TrainingProgress>? Follower(HalvingStep trial, int fold, int step)
        => _followers.Of(_schedule.Training(trial, fold, step));

    public void Finish(SweepTrial trial, Action<Stream> save) => Write(trial, save);

    public void Fail(SweepTrial trial, Exception why) => Write(trial, save: null);

    /// <summary>Leaves a trial alone that failed for a reason which may not be there another time, so it is not written down.</summary>
    public void Skip(HalvingStep step) => _schedule.Finish(step, double.NaN);

    private void Write(SweepTrial trial, Action<Stream>? save)
    {
        var earlier = Journal.Best;
        trial = trial with { EndedAt = _before + _clock.Elapsed.TotalSeconds };
        if (_folder.KeepsModels && save is not null && Journal.Records.Leads(trial))
        {
            trial = trial with { Model = JournalCheck.FileOf(trial) };
            AtomicFile.Write(_folder.ModelPath(trial), save);
        }
        Journal.Add(trial);
        _schedule.Finish(trial);
        _folder.DeleteModel(earlier, trial);
        if (!trial.Succeeded || trial.Share == 1)
            _folder.Checkpoints.Delete(trial.Configuration);
    }
}
