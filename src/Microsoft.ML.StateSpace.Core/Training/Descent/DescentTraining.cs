using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Trains a network by a method of descent. In every iteration the method takes one step; then come validation, where there is any, the
/// checkpoint, the report, and the choice whether to go on. The loop ends at the tolerance of the residual, where the method finds no
/// further step, behind the last iteration, where validation says so, or where it is cancelled.
/// </summary>
internal sealed class DescentTraining
{
    private readonly TrainingWork _work;
    private readonly DescentOptions _options;
    private readonly IDescentMethod _method;
    private readonly DescentPoint _point;
    private readonly BestModel _best;
    private readonly int _before; // epochs of the first of two methods
    private readonly DescentJudge? _judge;
    private readonly Checkpointing? _checkpointing;
    private readonly EpochReport _report;
    private readonly List<DescentIteration> _iterations = [];
    private readonly Evaluated _first;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _earlier;
    private bool _isSaved = true;
    private long _savedAt = Stopwatch.GetTimestamp();

    private DescentTraining(
        TrainingWork work, DescentOptions options, FullBatch batch, DescentJudge? judge, (BestModel Best, TrainingSummary Summary)? before,
        Checkpointing? checkpointing)
    {
        (_work, _options, _judge, _checkpointing) = (work, options, judge, checkpointing);
        (_best, _before, _earlier) = (before?.Best ?? new BestModel(work.Initial), before?.Summary.Epochs ?? 0, TimeSpan.Zero);
        _report = new EpochReport(work);
        using (SlowStage.Begin("Computing the first gradient", work.Log))
            _point = new DescentPoint(batch, work.Initial.Values);
        _first = new(_point.Objective, _point.Residual);
        if (!double.IsFinite(_first.Objective))
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"The objective at the first parameters must be a finite number, but is {_first.Objective}. Bring inputs and targets to a "
                + $"common scale (NormalizeMeanVariance)."));
        }
        _method = DescentMethods.Create(options, batch);
    }

    private TimeSpan Elapsed => _earlier + _clock.Elapsed;

    private int Epochs => _work.Options.Epochs!.Value;

    private int Epoch => _before + _iterations.Count;

    /// <summary>Trains; the summary does not know the number of parameters.</summary>
    /// <param name="work">What to train.</param>
    /// <param name="options">The method.</param>
    /// <param name="before">What the first of two methods has found, and how.</param>
    public static (BestModel Best, TrainingSummary Summary) Run(
        TrainingWork work, DescentOptions options, (BestModel Best, TrainingSummary Summary)? before)
    {
        try
        {
            var checkpointing = work.Checkpointing(pool: 0);
            using var claim = checkpointing?.Claim();
            using var batch = new FullBatch(work.Model, work.Initial, (SequenceSet)work.Windows, work.Options, options.Regularization);
            using var judge = work.Validation is null ? null : new DescentJudge(work, work.Validation);
            var training = new DescentTraining(work, options, batch, judge, before, checkpointing);
            return (training._best, training.Summary(training.Loop(), before?.Summary));
        }
        catch (OperationCanceledException) when (work.Options.Cancellation.IsCancellationRequested)
        {
            return Unstarted(work, before);
        }
    }

    // Cancelled before the first gradient was there: nothing is better than what there was before.
    private static (BestModel Best, TrainingSummary Summary) Unstarted(
        TrainingWork work, (BestModel Best, TrainingSummary Summary)? before)
        => before is var (best, summary)
            ? (best, summary with { Stop = TrainingStop.Cancelled })
            : (new BestModel(work.Initial), new TrainingSummary
            {
                Options = work.Options, Epochs = 0, BestEpoch = 0, Stop = TrainingStop.Cancelled, Duration = TimeSpan.Zero,
                ParameterCount = 0,
            });

    private TrainingStop Loop()
    {
        int last = (int)Math.Ceiling(_work.Options.PauseAt * Epochs - 1e-9);
        var stop = TrainingStop.Completed;
        try
        {
            Resume();
            stop = Ending() ?? TrainingStop.Completed;
            while (_iterations.Count < last && stop == TrainingStop.Completed)
                stop = Iterate();
        }
        catch (OperationCanceledException) when (_work.Options.Cancellation.IsCancellationRequested)
        {
            stop = TrainingStop.Cancelled;
        }
        Save();
        return _iterations.Count < Epochs && stop == TrainingStop.Completed ? TrainingStop.Cancelled : stop;
    }

    private TrainingStop Iterate()
    {
        long began = Stopwatch.GetTimestamp();
        _work.Options.Cancellation.ThrowIfCancellationRequested();
        var iteration = _method.Iterate(_point);
        if (iteration is null)
            return TrainingStop.Stalled;
        var score = _judge?.Score(_point.Values);
        _iterations.Add(iteration);
        _isSaved = false;
        bool isBest = _best.Offer(_point.Values, Epoch, score?.Loss, score?.Metric);
        if (Stopwatch.GetElapsedTime(_savedAt) > TimeSpan.FromSeconds(1))
            Save();
        string more = string.Create(
            CultureInfo.InvariantCulture,
            $", objective {iteration.Objective:G6}, step {iteration.Step:G3}, residual {iteration.Residual:G3}");
        _report.Write(
            _iterations.Count, iteration.Objective, score, isBest, Stopwatch.GetElapsedTime(began).TotalSeconds, Elapsed, more);
        return Ending() ?? TrainingStop.Completed;
    }

    // Why there is nothing more to do, where that is so.
    private TrainingStop? Ending()
        => _point.Residual <= _options.ResidualTolerance && _options.ResidualTolerance > 0 ? TrainingStop.Converged
            : _judge is not null && Epoch - Math.Max(_best.Epoch, _before) >= _work.Options.Patience ? TrainingStop.EarlyStopping
            : null;

    private void Resume()
    {
        if (_checkpointing?.Load(_best) is not TrainingState state)
        {
            if (_checkpointing?.Beginning is string beginning)
                _work.Log?.Invoke(beginning);
            return;
        }
        _iterations.AddRange(state.Iterations ?? []);
        _earlier = state.Elapsed;
        _point.Restore(state.Engine.Values);
        _method.Load(state.Engine.Method ?? []);
        _work.Log?.Invoke($"Training goes on behind iteration {_iterations.Count}, where it stopped.");
    }

    // Iterations may be quick, so the state is kept once a second, and when the loop ends.
    private void Save()
    {
        if (!_isSaved && _iterations.Count > 0)
        {
            _checkpointing?.Save(_best, state =>
            {
                _point.Values.CopyTo(state.Engine.Values, 0);
                (state.Engine.Method, state.Engine.Steps, state.Iterations) = (_method.Save(), _iterations.Count, [.. _iterations]);
                (state.Epoch, state.FirstLoss, state.Elapsed) = (_iterations.Count, _first.Objective, Elapsed);
            });
        }
        (_isSaved, _savedAt) = (true, Stopwatch.GetTimestamp());
    }

    private TrainingSummary Summary(TrainingStop stop, TrainingSummary? before)
    {
        if (_best.Epoch == 0)
            _point.Values.CopyTo(_best.Parameters.Values);
        var duration = Elapsed + (before?.Duration ?? TimeSpan.Zero);
        _work.Log?.Invoke(
            $"Training ended after {Epoch} epochs ({stop}) in {duration.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)} s; "
            + $"kept epoch {_best.Epoch}.");
        return new TrainingSummary
        {
            Options = _work.Options,
            Epochs = Epoch,
            BestEpoch = _best.Epoch,
            ValidationLoss = _best.Loss,
            ValidationMetric = _best.Metric,
            Stop = stop,
            Warning = before?.Warning,
            Duration = duration,
            ParameterCount = 0,
            Descent = new Descent
            {
                InitialObjective = _first.Objective, InitialResidual = _first.Residual, Iterations = _iterations,
                Before = before?.Descent,
            },
        };
    }
}
