using Microsoft.ML.SearchSpace;
using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.AutoML.Halving;
using Microsoft.ML.StateSpace.AutoML.Journal;
using Microsoft.ML.StateSpace.AutoML.Trials;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>The sweep of a cluster as the trials of one worker see it, with a copy of the journal.</summary>
internal sealed class WorkerSweep : ISweep
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly IGrainFactory _grains;
    private readonly string _name, _run, _worker;
    private readonly ITrainingFiles _files;
    private readonly TimeSpan _checkpointEvery;
    private readonly CancellationToken _cancellation;
    private readonly JournalRecords _journal;
    private readonly JournalChain _chain = new();
    private readonly HalvingSchedule _schedule;
    private readonly Proposals _proposals;
    private readonly SweepFollowers _followers;
    private readonly HashSet<SweepTraining> _trainings = []; // of the trial

    /// <param name="grains">The cluster.</param>
    /// <param name="name">The name of the sweep.</param>
    /// <param name="run">Its run.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="header">The header of its journal.</param>
    /// <param name="experiment">Its experiment.</param>
    /// <param name="source">Where that is from.</param>
    /// <param name="files">The checkpoints.</param>
    /// <param name="checkpointEvery">Time between two checkpoints that are sent.</param>
    /// <param name="cancellation">The end of the run.</param>
    public WorkerSweep(
        IGrainFactory grains, string name, string run, string worker, SweepHeader header, SweptExperiment experiment, SweepSource source,
        ITrainingFiles files, TimeSpan checkpointEvery, CancellationToken cancellation)
    {
        (_grains, _name, _run, _worker, _files) = (grains, name, run, worker, files);
        (_checkpointEvery, _cancellation) = (checkpointEvery, cancellation);
        _journal = new($"of the sweep {name}");
        _schedule = new(header.Rungs, header.Factor, header.Repeats);
        _proposals = experiment.Proposals(header.Seed);
        _followers = new(source.Progress);
        Seed = header.Seed;
    }

    public int Seed { get; }

    // Who runs the sweep has gone when a trial is cut short.
    public bool TakesUnfinished => false;

    private ISweepGrain Grain => _grains.GetGrain<ISweepGrain>(_name);

    /// <summary>The next trial; <see langword="null"/> where the run has ended.</summary>
    public async Task<Parameter?> Next()
    {
        TrialTask? task;
        while ((task = await Patience.Long.Call(() => Grain.Next(_run, _worker, _journal.Lines.Count).AsTask(), _cancellation))
            is { Trial: null })
            await Task.Delay(Pause, _cancellation);
        if (task is null)
            return null;
        foreach (string line in task.Lines)
            _journal.Read(_journal.Lines.Count + 1, _chain.Open(line), line);
        _trainings.Clear();
        return new TrialPlan(task.Trial!.Step()).AddTo(await ParameterOf(task.Trial, task.Others));
    }

    public double Share(int rung) => _schedule.Share(rung);

    public int Repeat(int rung) => _schedule.Repeat(rung);

    public double MeanMetric(HalvingStep step, double metric) => _schedule.MeanMetric(step, metric, _journal);

    public double ComparableLoss(SweepTrial trial) => _journal.ComparableLoss(trial);

    public (ITransformer Model, SweepTrial Trial)? Replay(MLContext context, TrialPlan plan) => null;

    public string Checkpoint(HalvingStep trial, int fold, int step)
    {
        var training = _schedule.Training(trial, fold, step);
        _trainings.Add(training);
        return _files.Fetch(training);
    }

    public IProgress<TrainingProgress>? Follower(HalvingStep trial, int fold, int step)
    {
        var training = _schedule.Training(trial, fold, step);
        return new CheckpointSender(() => _files.Send(training, isLast: false), _checkpointEvery, _followers.Of(training));
    }

    public void Finish(SweepTrial trial, Action<Stream> save)
    {
        if (trial.Share < 1)
        {
            foreach (var training in _trainings)
                _files.Send(training, isLast: true);
        }
        ShelfFile? model = null;
        // Who does not lead by a copy of the journal does not lead by the journal.
        if (_journal.Leads(trial))
        {
            model = SendModel(JournalCheck.FileOf(trial), save);
            trial = trial with { Model = model.Name };
        }
        var receipt = Write(trial, isOutOfMemory: false);
        if (model is not null && receipt != TrialReceipt.WrittenWithModel)
            Wait(() => Done(Models.Delete(model)));
    }

    public void Fail(SweepTrial trial, Exception why) => Write(trial, why is OutOfMemoryException);

    /// <summary>Says that the trial failed for a reason that may not be there another time.</summary>
    public Task Fail(string error) => Patience.Long.Call(() => Grain.Fail(_run, _worker, error).AsTask(), _cancellation);

    public void Leave()
    {
    }

    private SweepShelf Models => SweepShelf.OfModels(_grains, _name);

    private TrialReceipt Write(SweepTrial trial, bool isOutOfMemory)
    {
        var receipt = Wait(() => Grain.Finish(_run, _worker, JournalRecords.Write(trial), isOutOfMemory).AsTask());
        if (receipt != TrialReceipt.Refused && (!trial.Succeeded || trial.Share == 1))
            _files.Delete(trial.Configuration);
        return receipt;
    }

    private async Task<Parameter> ParameterOf(HeldTrial trial, string[] begun)
    {
        int configuration = trial.Configuration;
        if (trial.Parameter is string known)
            return JournalRecords.Read<Parameter>(known)!;
        if (_journal.Find(configuration, 0) is { } before)
            return before.Parameter;
        var others = begun.Select(other => JournalRecords.Read<Parameter>(other)!);
        string proposed = JournalRecords.Write(_proposals.Next(configuration, _journal.Trials, others));
        await Patience.Long.Call(() => Grain.Propose(_run, _worker, proposed).AsTask(), _cancellation);
        // As another worker would have it.
        return JournalRecords.Read<Parameter>(proposed)!;
    }

    private ShelfFile SendModel(string name, Action<Stream> save)
    {
        using var stream = new MemoryStream();
        save(stream);
        byte[] bytes = stream.ToArray();
        return Wait(async () =>
        {
            var before = (await Models.List()).FirstOrDefault(file => file.Name == name);
            return await Models.Write(name, bytes, before)
                ?? throw new InvalidOperationException($"Another worker has written the model '{name}' at the same time.");
        });
    }

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }

    private T Wait<T>(Func<Task<T>> call) => Patience.Long.Call(call, _cancellation).GetAwaiter().GetResult();
}
