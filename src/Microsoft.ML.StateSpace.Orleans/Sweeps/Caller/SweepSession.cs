using System.Diagnostics;
using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.AutoML.Halving;
using Microsoft.ML.StateSpace.AutoML.Journal;
using Microsoft.ML.StateSpace.AutoML.Trials;
using Microsoft.ML.StateSpace.ModelFiles;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>
/// A run of a sweep as the process that has started it sees it: it begins the run, writes down in its folder what the cluster finds, and
/// ends the run.
/// </summary>
internal sealed class SweepSession
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100), Farewell = TimeSpan.FromSeconds(10);

    private readonly string _name;
    private readonly SequenceHalvingOptions _options;
    private readonly SweptExperiment _experiment;
    private readonly ICluster _cluster;
    private readonly SweepFolder _folder;
    private readonly Patience _patience = new(TimeSpan.FromSeconds(60));
    private readonly Queue<string> _lines = [], _errors = [];
    private readonly HashSet<(int, int)> _outOfMemory = [];
    private readonly SemaphoreSlim _end = new(1);
    private CancellationTokenRegistration _cancelled;
    private IGrainFactory? _grains;
    private string? _run; // null while none is open
    private int _errorsSeen;
    private bool _hasBegun;
    private SweepTrial? _replay;

    public SweepSession(string name, SequenceHalvingOptions options, SweptExperiment experiment, Func<CheckpointFolder, ICluster> cluster)
    {
        (_name, _options, _experiment) = (name, options, experiment);
        _folder = new(options.Folder, _ => { });
        _cluster = cluster(_folder.Checkpoints);
    }

    /// <summary>The loss of a trial that AutoML is told.</summary>
    public double ComparableLoss(SweepTrial trial) => Journal.Records.ComparableLoss(trial);

    private SweepJournal Journal => _folder.Journal;

    public void Enter() => _folder.Enter();

    public void Leave() => _folder.Leave();

    /// <summary>The next trial that has ended, whichever it is.</summary>
    /// <exception cref="InvalidOperationException">A worker could not do what it was to do; the message says what.</exception>
    public async Task<SweepResult> Next(MLContext context, CancellationToken cancellation)
    {
        try
        {
            return await Wait(context, cancellation);
        }
        // Where nothing has a score yet, AutoML gives a sweep up that fails.
        catch (Exception) when (cancellation.IsCancellationRequested || Journal.Best is null)
        {
            await End();
            throw;
        }
    }

    /// <summary>Ends the run: all workers stop. Does nothing where none is open.</summary>
    public async Task End()
    {
        await _end.WaitAsync();
        try
        {
            await _cancelled.DisposeAsync();
            if (Interlocked.Exchange(ref _run, null) is { } run)
                await new Patience(Farewell).Call(() => Grain.Close(run).AsTask(), CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            // A cluster that does not answer misses this process soon, and then ends the run.
        }
        finally
        {
            await _cluster.Stop();
            _end.Release();
        }
    }

    private ISweepGrain Grain => _grains!.GetGrain<ISweepGrain>(_name);

    private SweepShelf Models => SweepShelf.OfModels(_grains!, _name);

    private async Task<SweepResult> Wait(MLContext context, CancellationToken cancellation)
    {
        while (true)
        {
            if (_run is null)
                await Begin(cancellation);
            if (Interlocked.Exchange(ref _replay, null) is { } best)
                return new(best, await ModelOf(best, context, cancellation), IsReplay: true, IsOutOfMemory: false);
            if (_errors.TryDequeue(out string? error))
                throw new InvalidOperationException(error);
            if (_lines.TryDequeue(out string? line))
                return await Take(line, context, cancellation);
            await Ask(cancellation);
        }
    }

    private async Task Begin(CancellationToken cancellation)
    {
        _grains = await _cluster.Start(cancellation);
        string[] theirs = await _patience.Call(() => Grain.GetLines().AsTask(), cancellation);
        var header = Agree(theirs);
        if (!_hasBegun)
        {
            foreach (string line in theirs.Skip(Journal.Records.Lines.Count))
                Journal.Copy(line);
            foreach (var trial in Journal.Trials)
                Journal.Records.RequireParameter(trial);
            _replay = Journal.Best;
        }
        using var process = Process.GetCurrentProcess();
        var terms = new SweepTerms(
            $"{Guid.NewGuid():N}", _experiment.Settings.Seed ?? header.Seed,
            $"process {process.Id} ({process.ProcessName}) on {Environment.MachineName}");
        string[] lacking = [.. Journal.Records.Lines.Skip(theirs.Length)];
        if (await _patience.Call(() => Grain.Open(terms, theirs.Length, lacking).AsTask(), cancellation) is { } refusal)
            throw new InvalidOperationException(refusal);
        (_run, _errorsSeen, _hasBegun) = (terms.Run, 0, true);
        _lines.Clear();
        // AutoML looks at the token of its caller between two trials, and then says nothing.
        _cancelled = _experiment.Settings.CancellationToken.Register(() => Task.Run(End));
    }

    /// <summary>Makes sure that the cluster and the folder have the journal of this sweep, one of them maybe more of it.</summary>
    private SweepHeader Agree(string[] theirs)
    {
        var known = theirs.Length == 0 ? null : JournalRecords.Read<SweepHeader>(theirs[0]);
        var header = _experiment.Header(_experiment.Seed(_options, Journal.Header ?? known), _options);
        if (known is not null && known != header)
        {
            throw new InvalidOperationException(
                $"The cluster has the journal of another sweep of the name '{_name}', {known}; this one is {header}. Give "
                + $"SetDistributedSweep another name, or forget that sweep: await grains.ForgetSweep(\"{_name}\").");
        }
        if (known is null || Journal.Header is not null)
            Journal.Begin(header);
        int same = Math.Min(theirs.Length, Journal.Records.Lines.Count);
        if (same > 0 && theirs[same - 1] != Journal.Records.Lines[same - 1])
        {
            throw new InvalidOperationException(
                $"The journal '{Journal.Path}' and that which the cluster has of the sweep '{_name}' are not of one sweep: their lines "
                + $"{same} differ. Give SequenceHalvingOptions.Folder another folder, or forget the sweep of the cluster: await "
                + $"grains.ForgetSweep(\"{_name}\").");
        }
        return header;
    }

    private async Task Ask(CancellationToken cancellation)
    {
        string run = _run!;
        int lines = Journal.Records.Lines.Count;
        var news = await _patience.Call(() => Grain.Watch(run, lines, _errorsSeen).AsTask(), cancellation);
        if (!news.IsOpen)
        {
            // It was not heard of for too long, since a monitor took its time for instance. The sweep goes on.
            _run = null;
            return;
        }
        foreach (string line in news.Lines)
            _lines.Enqueue(line);
        foreach (string error in news.Errors)
            _errors.Enqueue(error);
        _errorsSeen += news.Errors.Length;
        _outOfMemory.UnionWith(news.OutOfMemory);
        if (news is { Lines.Length: 0, Errors.Length: 0 })
            await Task.Delay(Pause, cancellation);
    }

    /// <summary>Writes a trial down, its model before it.</summary>
    private async Task<SweepResult> Take(string line, MLContext context, CancellationToken cancellation)
    {
        var earlier = Journal.Best;
        var trial = JournalRecords.Read<SweepTrial>(line)!;
        var model = trial.Model is null ? null : await ModelOf(trial, context, cancellation);
        Journal.Copy(line);
        if (model is not null && earlier?.Model is not null)
        {
            _folder.DeleteModel(earlier, trial);
            await DeleteModel(earlier.Model, cancellation);
        }
        bool isOutOfMemory = _outOfMemory.Contains((trial.Configuration, trial.Rung));
        return new(Journal.Trials[^1], model, IsReplay: false, isOutOfMemory);
    }

    /// <summary>The model of a trial that leads, or has led, from the folder, to which it comes from the cluster.</summary>
    private async Task<ITransformer?> ModelOf(SweepTrial trial, MLContext context, CancellationToken cancellation)
    {
        if (trial.Model is null)
            return null;
        string path = _folder.ModelPath(trial);
        if (!File.Exists(path))
        {
            byte[]? bytes = await _patience.Call(
                async () => (await Models.List()).FirstOrDefault(file => file.Name == trial.Model) is { } file
                    ? await Models.Read(file)
                    : null,
                cancellation);
            if (bytes is null)
                return null;
            AtomicFile.Write(path, stream => stream.Write(bytes));
        }
        return context.Model.Load(path, out _);
    }

    private Task DeleteModel(string name, CancellationToken cancellation) => _patience.Call(
        async () =>
        {
            if ((await Models.List()).FirstOrDefault(file => file.Name == name) is { } file)
                await Models.Delete(file);
        },
        cancellation);
}
