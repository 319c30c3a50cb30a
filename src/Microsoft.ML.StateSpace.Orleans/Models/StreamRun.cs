namespace Microsoft.ML.StateSpace.Grains;

/// <summary>One stream through a model, or some that step together, in this process.</summary>
internal abstract class StreamRun
{
    /// <summary>The streams that a step is of.</summary>
    public virtual int Streams => 1;

    /// <summary>Makes a time step, or refuses it and stays where it was.</summary>
    public abstract float[] Step(StreamStep step);

    public virtual StreamForecast Forecast(long number, float[] knownAhead)
        => throw new InvalidOperationException(
            "This model answers every time step, and forecasts nothing: read the answer of Step, or give the silo a model that "
            + "ForecastByStateSpace has fitted.");

    public abstract byte[] GetState();

    /// <summary>Goes on from a state, unless it is that of another model.</summary>
    public bool TrySetState(byte[] state)
    {
        try
        {
            SetState(state);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    protected abstract void SetState(byte[] state);
}

/// <summary>A stream of answers.</summary>
internal sealed class SequenceRun(StreamingEngine engine) : StreamRun
{
    public override float[] Step(StreamStep step)
        => (step.Interval == 1 && !engine.HasIntervals ? engine.Step(step.Values) : engine.Step(step.Values, step.Interval)).ToArray();

    public override byte[] GetState()
    {
        var state = new byte[engine.StateLength];
        engine.GetState(state);
        return state;
    }

    protected override void SetState(byte[] state) => engine.SetState(state);
}

/// <summary>A series of a forecaster.</summary>
internal sealed class SeriesRun(ForecastEngine engine) : StreamRun
{
    public override float[] Step(StreamStep step)
    {
        engine.Observe(step.Values);
        return [];
    }

    public override StreamForecast Forecast(long number, float[] knownAhead)
        => new(number, engine.Forecast(knownAhead).ToArray(), engine.LowerBound.ToArray(), engine.UpperBound.ToArray());

    public override byte[] GetState()
    {
        var state = new byte[engine.StateLength];
        engine.GetState(state);
        return state;
    }

    protected override void SetState(byte[] state) => engine.SetState(state);
}
