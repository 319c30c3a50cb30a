using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>
/// What steps through a model: a stream, or the streams of an asset. Its turns are as short as its steps; what is kept is written at the
/// end of the turn in which it is due, or by a timer that runs only while steps wait to be kept.
/// </summary>
internal abstract class SteppedGrain(IPersistentState<StreamMemory> kept, StreamModels models, StreamOptions options) : Grain
{
    private string _modelName = "";
    private StreamModel? _model;
    private StreamRun? _run;
    private readonly Queue<StreamStep> _last = new();
    private StreamAnswer? _answer;
    private long _steps;
    private bool _isRestored, _isNewModel; // and no step has been made since
    private IGrainTimer? _timer;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        string key = this.GetPrimaryKeyString();
        _modelName = key[..Math.Max(0, key.IndexOf(StreamGrainExtensions.Separator))];
        var memory = kept.State;
        (_steps, _answer, _isRestored) = (memory.Steps, memory.Answer, memory.Steps > 0);
        foreach (var step in memory.Last)
            _last.Enqueue(step);
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_model is not null)
            StreamMeter.Ended(_model);
        await Keep(cancellationToken);
    }

    /// <summary>What steps through the model, at its start.</summary>
    protected abstract StreamRun Begin(StreamModel model);

    public async ValueTask<StreamAnswer> Step(StreamStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var answer = Make(step);
        await KeepIfDue();
        return answer;
    }

    public async ValueTask<StreamAnswer[]> StepMany(StreamStep[] steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var answers = new StreamAnswer[steps.Length];
        for (int i = 0; i < steps.Length; i++)
        {
            try
            {
                answers[i] = Make(steps[i] ?? throw new ArgumentException("A step is null."));
            }
            catch (ArgumentException e)
            {
                await KeepIfDue();
                throw new ArgumentException($"Step {i + 1} of {steps.Length} was refused, the {i} before it were made: {e.Message}", e);
            }
            await KeepIfDue();
        }
        return answers;
    }

    public ValueTask<StreamForecast> GetForecast(float[] knownAhead)
    {
        ArgumentNullException.ThrowIfNull(knownAhead);
        Bind();
        return new(_run!.Forecast(_steps, knownAhead));
    }

    public ValueTask<StreamStatus> GetStatus() => new(new StreamStatus(_steps, kept.State.Steps));

    public async ValueTask Reset()
    {
        if (_model is not null)
            StreamMeter.Ended(_model);
        (_run, _model, _steps, _answer, _isRestored, _isNewModel) = (null, null, 0, null, false, false);
        _last.Clear();
        kept.State = new();
        await kept.ClearStateAsync();
        StopTimer();
    }

    private StreamAnswer Make(StreamStep step)
    {
        if (step.Number is long number && number <= _steps)
        {
            // The answer to a call did not arrive, and so it is made again. It says again what was lost.
            if (number == _steps && _answer is not null)
                return _answer;
            throw new ArgumentException(
                $"Step {number} of the stream was made before: it stands behind step {_steps}. Give the next step, or Reset the stream.");
        }
        Bind();
        // Numbers left out by the caller are lost in any case.
        long? lost = step.Number is long given ? given - _steps - 1 : _isRestored ? null : 0;
        long began = StreamMeter.Begin();
        float[] values = _run!.Step(step);
        StreamMeter.Stepped(_model!, began, _run.Streams, lost * _run.Streams);
        _steps = step.Number ?? _steps + 1;
        _answer = new() { Values = values, Number = _steps, LostSteps = lost, IsNewModel = _isNewModel };
        _isRestored = _isNewModel = false;
        Remember(step);
        return _answer;
    }

    /// <summary>
    /// Takes the model that is set now, with the state that is kept of it. Where the state is that of another model, the stream begins
    /// anew, or from its last steps, and the answer to its next step says so.
    /// </summary>
    private void Bind()
    {
        var model = models.Find(_modelName);
        if (model == _model)
            return;
        byte[] state = _run?.GetState() ?? kept.State.State;
        var run = Begin(model);
        if (state.Length > 0 && !run.TrySetState(state))
        {
            _isNewModel = true;
            StreamMeter.Refused(model);
            foreach (var step in _last)
                run.Step(step);
        }
        if (_model is not null)
            StreamMeter.Ended(_model);
        StreamMeter.Began(model);
        (_model, _run) = (model, run);
        Forget();
    }

    private void Remember(StreamStep step)
    {
        if (options.ReplaySteps == 0)
            return;
        if (_last.Count == options.ReplaySteps)
            _last.Dequeue();
        _last.Enqueue(step);
    }

    private Task KeepIfDue()
    {
        if (_steps - kept.State.Steps >= options.KeepEverySteps)
            return Keep(CancellationToken.None);
        // Not with the token of the timer, which ends with it, and Keep stops the timer first.
        _timer ??= this.RegisterGrainTimer(_ => Keep(CancellationToken.None), options.KeepEvery, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    private async Task Keep(CancellationToken cancellation)
    {
        StopTimer();
        if (_run is null || _steps == kept.State.Steps)
            return;
        var before = kept.State;
        kept.State = new() { State = _run.GetState(), Steps = _steps, Last = [.. _last], Answer = _answer };
        try
        {
            await kept.WriteStateAsync(cancellation);
        }
        catch (Exception e)
        {
            // What is not written is not kept, and so is due again.
            kept.State = before;
            StreamMeter.Failed(_model!, e);
            // Another activation of this grain has written: Orleans ends this one when it sees the exception.
            if (e is InconsistentStateException)
                throw;
            // The exceptions of databases mostly cannot be sent to the caller, so their words are.
            ServiceProvider.GetRequiredService<ILogger<SteppedGrain>>().LogError(e, "{Grain} could not keep its state", this.GetGrainId());
            throw new InvalidOperationException(
                $"The storage {StreamOptions.StorageName} has not kept the state: {e.GetType().Name}, {e.Message} The step was made all "
                + "the same, so give it again with its number once the storage is there again.");
        }
        StreamMeter.Kept(_model!);
        Forget();
    }

    // The storage has the state, and the run has a newer one: memory holds it once.
    private void Forget() => kept.State = new() { Steps = kept.State.Steps };

    private void StopTimer()
    {
        _timer?.Dispose();
        _timer = null;
    }
}
