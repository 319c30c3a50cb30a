using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Optimizers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Trains a model on sequences. In every epoch, every batch is one step of the engine; then come validation, the report, and the choice
/// whether to go on.
/// </summary>
internal sealed class Trainer
{
    // Training has diverged where the loss is more than this many times the first loss, or than this where the first loss is below 1.
    private const double Exploded = 1e4;

    // Epochs behind a pause, as a share of those before it.
    private const double CoolDown = 0.2;

    // After how long an epoch says how far it is: the first of a training, and then any.
    private static readonly TimeSpan FirstNote = TimeSpan.FromSeconds(1), Note = TimeSpan.FromSeconds(10);

    private readonly SequenceNetwork _model;
    private readonly ParameterSet _initial;
    private readonly TrainingOptions _options;
    private readonly SequenceSource _data;
    private readonly ISequenceEngine _engine;
    private readonly Evaluation? _validation;
    private readonly EpochReport _report;
    private readonly Action<string>? _log;
    private readonly Action<string>? _warn;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly SequenceBatch _batch;
    private readonly EpochBatches _batches;
    private Func<int, double> _rate;
    private readonly Checkpointing? _checkpointing;
    private int _step;
    private double _firstLoss = double.NaN;
    private TimeSpan _before;
    private TimeSpan _noteAfter = FirstNote;

    private Trainer(TrainingWork work, EpochBatches batches, Checkpointing? checkpointing)
    {
        (_model, _initial, _options, _log, _warn) = (work.Model, work.Initial, work.Options, work.Log, work.Warn);
        (_data, _batches, _checkpointing) = (work.Windows, batches, checkpointing);
        using (SlowStage.Begin("Setting up the engine", _log))
            _engine = _options.Engine is IEngineFactory factory
                ? factory.Create(_model, _initial, _options)
                : new CpuEngine(_model, _initial, _options);
        _validation = work.Validation is null ? null : new Evaluation(_model, work.Validation, _options, _initial.Values);
        _report = new EpochReport(work);
        _batch = new SequenceBatch(_data.Features, _data.Targets, _data.HasIntervals);
        long steps = (long)_batches.Count * _options.Epochs!.Value;
        _rate = new CosineSchedule(_options.LearningRate!.Value, (long)(_options.WarmupFraction * steps), steps).Rate;
    }

    /// <summary>Trains a model of the given kind; sizes and settings left open are chosen from the data.</summary>
    /// <param name="options">The model; its architecture may leave sizes open.</param>
    /// <param name="training">How to train; its seed must be set.</param>
    /// <param name="data">The training sequences.</param>
    /// <param name="validation">Sequences to choose the best epoch by; where <see langword="null"/> a part of <paramref name="data"/> is
    /// held out.</param>
    /// <param name="log">Receives one line for each noteworthy event.</param>
    /// <param name="warn">Receives what a user should change or know.</param>
    /// <param name="checkpoint">Keeps the state of every epoch; training continues from what it holds.</param>
    /// <param name="start">The linear system that the network is before the first step; see <see cref="SystemStart"/>.</param>
    /// <exception cref="TrainingDivergedException">The loss exploded, and there is no epoch with a validation loss.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before there was a model.</exception>
    public static TrainedModel Fit(
        SequenceModelOptions options, TrainingOptions training, SequenceSource data, SequenceSource? validation = null,
        Action<string>? log = null, Action<string>? warn = null, ICheckpoint? checkpoint = null, LinearSystem? start = null)
    {
        options.Architecture.Validate();
        training.Validate();
        int seed = training.Seed ?? throw new ArgumentException("The seed must be set.", nameof(training));
        if (options.Task.Axis == AnswerAxis.Sequence)
            training.RequireWholeSequences();
        DerivedDefaults.RequireWholeSequences(options, training);
        options = MethodCheck.Require(options, training, data);
        var windows = data.Cut(training.Window);
        options = TrainingDefaults.Resolve(options, windows);
        options.Architecture.Validate(); // once more: what was chosen must go with what was set
        training = TrainingDefaults.Resolve(training, options.Task, windows, data.Count, validation is not null);
        if (validation is null)
            (data, validation) = Await(
                () => Holdout.Split(data, training.ValidationFraction!.Value, new Random(training.HoldoutSeed ?? seed)),
                training.Cancellation);
        using (SlowStage.Begin("Reading the validation sequences", log))
            validation = validation?.InMemory(training.MemoryBudget / 4, training.Cancellation);
        validation = Holdout.Judging(options, training, data, validation, warn);

        var model = new SequenceNetwork(options);
        MethodCheck.Require(model, training);
        ParameterSet initial;
        using (SlowStage.Begin("Computing the initial parameters", log))
            initial = model.Layout.Create(new Random(seed), training.Cancellation);
        if (training.IntervalLevels is not null && (model.Decoder is SoftCap cap ? cap.Inner : model.Decoder) is Linear decoder)
            decoder.Weight.Of(initial.Values).Clear(); // then training begins with the closed form
        FiniteModel.RequireInitial(initial);
        using (SlowStage.Begin("Computing the statistics of the data", log))
            Await(() => DataSurvey.Of(model, initial, data, log, warn, training.Cancellation), training.Cancellation)();
        if (training.InitialParameters is { } values)
            InitialValues.Set(model, initial, values, log);
        if (start is not null)
            SystemStart.Set(model, initial, start);
        var work = new TrainingWork
        {
            Model = model, Initial = initial, Options = training, Data = data, Windows = data.Cut(training.Window), Validation = validation,
            Log = log, Warn = warn, Checkpoint = checkpoint, Start = start,
        };
        var (best, summary) = training.Method is null ? Run(work) : MethodTraining.Run(work);
        int trained = initial.Parameters.Where(p => p.Group != ParameterGroup.Fixed).Sum(p => p.Length);
        return new TrainedModel(options, best.Parameters, summary with { ParameterCount = trained });
    }

    /// <summary>Trains a network with AdamW. The summary does not know the number of parameters.</summary>
    /// <exception cref="TrainingDivergedException">The loss exploded, and there is no epoch with a validation loss.</exception>
    public static (BestModel Best, TrainingSummary Summary) Run(TrainingWork work)
    {
        // Validation sequences that are in memory take their part of the budget.
        long memory = work.Options.MemoryBudget - (work.Validation is SequenceSet validation ? validation.Bytes : 0);
        using var batches = work.Windows.Batches(work.Options.BatchSize!.Value, memory, work.Options.Cancellation);
        var checkpointing = work.Checkpointing(batches.Pool);
        using var claim = checkpointing?.Claim();
        var trainer = new Trainer(work, batches, checkpointing);
        using var engine = trainer._engine;
        return trainer.Run(work.Initial);
    }

    // What only looks through the data may take seconds, and does not look at the token. So it is not waited for any longer once training
    // is cancelled; its result is then used by nobody.
    private static T Await<T>(Func<T> work, CancellationToken cancellation)
        => cancellation.CanBeCanceled ? Task.Run(work).WaitAsync(cancellation).GetAwaiter().GetResult() : work();

    private (BestModel Best, TrainingSummary Summary) Run(ParameterSet initial)
    {
        var best = new BestModel(initial);
        var random = new Random(_options.Seed!.Value ^ 0x5EED);
        var stop = TrainingStop.Completed;
        int epochs = _options.Epochs!.Value, last = (int)Math.Ceiling(_options.PauseAt * epochs - 1e-9), epoch = Resume(best, random);
        string? warning = null;
        if (epoch > 0 && MustStop(best, epoch))
            stop = TrainingStop.EarlyStopping;
        try
        {
            while (epoch < last && stop == TrainingStop.Completed)
            {
                long began = Stopwatch.GetTimestamp();
                double trainingLoss = TrainEpoch(random, epoch + 1);
                double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
                var score = Validate();
                epoch++;
                bool isBest = best.Offer(_engine, epoch, score?.Loss, score?.Metric);
                _checkpointing?.Save(_engine, best, epoch, _firstLoss, Elapsed);
                _report.Write(epoch, trainingLoss, score, isBest, seconds, Elapsed);
                if (MustStop(best, epoch))
                    stop = TrainingStop.EarlyStopping;
            }
            if (epoch < epochs && stop == TrainingStop.Completed)
            {
                stop = TrainingStop.Cancelled;
                Cool(best, random, epoch);
            }
        }
        catch (OperationCanceledException) when (_options.Cancellation.IsCancellationRequested)
        {
            stop = TrainingStop.Cancelled;
        }
        catch (TrainingDivergedException e) when (best.IsSound)
        {
            stop = TrainingStop.Diverged;
            warning = $"{e.Message} The model is that of epoch {best.Epoch}, the best one before.";
            _warn?.Invoke(warning);
        }
        // Cancelled before the first epoch ended: there is nothing better than the parameters as they are.
        if (best.Epoch == 0)
            _engine.Export(best.Parameters);
        else if (_validation is null)
            RequireAnswers(best, isHurried: stop == TrainingStop.Cancelled);
        best.RequireFinite(_step, _options.LearningRate!.Value);
        var summary = new TrainingSummary
        {
            Options = _options,
            Epochs = epoch,
            BestEpoch = best.Epoch,
            ValidationLoss = best.Loss,
            ValidationMetric = best.Metric,
            Stop = stop,
            Warning = warning,
            Duration = Elapsed,
            ParameterCount = 0,
        };
        _log?.Invoke(
            $"Training ended after {epoch} epochs ({stop}) in {Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)} s; "
            + $"kept epoch {best.Epoch}.");
        return (best, summary);
    }

    /// <summary>
    /// Makes a few more epochs behind a pause, in which the learning rate falls to zero. A model at a high rate is still noisy; the cooled
    /// model tells what the whole training would lead to. The checkpoint does not contain these epochs, so what continues from it continues
    /// as if there had been no pause.
    /// </summary>
    private void Cool(BestModel best, Random random, int epoch)
    {
        int epochs = (int)Math.Ceiling(CoolDown * epoch), from = _step;
        double rate = _rate(from), steps = (double)epochs * _batches.Count;
        _rate = step => rate * (1 - (step - from + 1) / steps);
        for (int cooled = 0; cooled < epochs; cooled++)
        {
            TrainEpoch(random, epoch);
            var score = Validate();
            best.Offer(_engine, epoch, score?.Loss, score?.Metric);
        }
    }

    private TimeSpan Elapsed => _before + _clock.Elapsed;

    private bool MustStop(BestModel best, int epoch) => _validation is not null && epoch - best.Epoch >= _options.Patience;

    // Returns the number of epochs that a checkpoint holds. What was drawn at random in them is drawn again, so that the next epoch draws
    // what it would have drawn without a stop.
    private int Resume(BestModel best, Random random)
    {
        if (_checkpointing?.Load(_engine, best) is not TrainingState state)
        {
            if (_checkpointing?.Beginning is string beginning)
                _log?.Invoke(beginning);
            return 0;
        }
        if (state.Engine.Steps != (long)state.Epoch * _batches.Count)
            throw new InvalidDataException(
                $"The checkpoint counts {state.Engine.Steps} steps in {state.Epoch} epochs, which have {_batches.Count} each. "
                + "Delete it to begin the training anew.");
        for (int epoch = 0; epoch < state.Epoch; epoch++)
        {
            _batches.Begin(random);
            for (int i = 0; i < _batches.Count; i++)
                random.NextInt64();
        }
        (_step, _firstLoss, _before) = (state.Engine.Steps, state.FirstLoss, state.Elapsed);
        string engine = state.OtherEngine is null
            ? ""
            : $" It was made by {state.OtherEngine} so far; another engine goes on, so the last digits differ from those of one engine.";
        _log?.Invoke($"Training goes on behind epoch {state.Epoch}, where it stopped.{engine}");
        return state.Epoch;
    }

    /// <summary>The mean loss of an epoch's batches.</summary>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    /// <exception cref="TrainingDivergedException">The loss exploded.</exception>
    private double TrainEpoch(Random random, int epoch)
    {
        double sum = 0;
        long spoke = Stopwatch.GetTimestamp();
        _batches.Begin(random);
        for (int i = 0; i < _batches.Count; i++)
        {
            _options.Cancellation.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(spoke) > _noteAfter)
            {
                _log?.Invoke($"Epoch {epoch}/{_options.Epochs}: {i} of {_batches.Count} batches");
                (spoke, _noteAfter) = (Stopwatch.GetTimestamp(), Note);
            }
            double rate = _rate(_step);
            _batches.Fill(_batch, _options.Washout);
            double loss = _engine.TrainBatch(_batch, rate, (ulong)random.NextInt64() | 1);
            _step++;
            if (double.IsNaN(_firstLoss))
                _firstLoss = loss;
            RequireSound(loss);
            sum += loss * _batch.Count;
        }
        _noteAfter = Note;
        return sum / _data.Count;
    }

    // Where the validation loss is not a number, the validation set may be the reason, or the last step may have ruined the model.
    private (double Loss, double Metric)? Validate()
    {
        if (_validation is null)
            return null;
        (double Loss, double Metric) score;
        using (SlowStage.Begin("Scoring the validation set", _noteAfter == FirstNote ? _log : null))
            score = _validation.Run(_engine);
        if (!double.IsFinite(score.Loss))
            RequireAnswers(_engine, _batches.Some(inHaste: false));
        return score;
    }

    // The loss of a step is that before its update. So the last update of all is judged by one more look at some of the data, or, after a
    // cancellation, at as little as there is. Who has cancelled does not cancel this look, and it is the managed engine that will score.
    private void RequireAnswers(BestModel best, bool isHurried)
    {
        using var engine = new CpuEngine(_model, best.Parameters, _options with { Cancellation = default });
        RequireAnswers(engine, _batches.Some(isHurried));
    }

    private void RequireAnswers(ISequenceEngine engine, SequenceSet some)
    {
        var evaluation = new Evaluation(_model, some, _options with { ClassWeights = null }, _initial.Values);
        RequireSound(evaluation.Run(engine).Loss);
    }

    private void RequireSound(double loss)
    {
        if (!double.IsFinite(loss) || loss > Exploded * Math.Max(1, _firstLoss))
            throw new TrainingDivergedException(_step, loss, _options.LearningRate!.Value);
    }
}
