namespace Microsoft.ML.StateSpace.Grains;

/// <summary>Streams that step together; how many there are is said by the first step, or by the state from which they go on.</summary>
internal abstract class AssetRun : StreamRun
{
    protected abstract int InputLength { get; }

    protected abstract int StateLength { get; }

    public sealed override float[] Step(StreamStep step)
    {
        int given = step.Values.Length, streams = given / InputLength;
        if (streams == 0 || given % InputLength != 0)
            throw new ArgumentException(
                $"A time step of this model has {InputLength} {(InputLength == 1 ? "value" : "values")} a stream, but {given} were given. "
                + "Give those of every stream of the asset, one stream behind the other.");
        if (Streams > 0 && streams != Streams)
            throw new ArgumentException(
                $"The asset has {Streams} streams, but values of {streams} were given. Give those of all of them, or Reset the asset.");
        if (Streams == 0)
            Add(streams);
        return StepAll(step);
    }

    public sealed override byte[] GetState()
    {
        var state = new byte[checked(Streams * StateLength)];
        for (int stream = 0; stream < Streams; stream++)
            GetState(stream, state.AsSpan(stream * StateLength, StateLength));
        return state;
    }

    protected sealed override void SetState(byte[] state)
    {
        if (state.Length % StateLength != 0)
            throw new ArgumentException("These are states of another model.", nameof(state));
        Add(state.Length / StateLength);
        try
        {
            for (int stream = 0; stream < Streams; stream++)
                SetState(stream, state.AsSpan(stream * StateLength, StateLength));
        }
        catch
        {
            Clear();
            throw;
        }
    }

    protected abstract void Add(int streams);

    /// <summary>Takes all streams away.</summary>
    protected abstract void Clear();

    protected abstract float[] StepAll(StreamStep step);

    protected abstract void GetState(int stream, Span<byte> state);

    protected abstract void SetState(int stream, ReadOnlySpan<byte> state);
}

/// <summary>Streams of answers.</summary>
internal sealed class BatchRun(StreamingBatch batch) : AssetRun
{
    private float[] _intervals = [];

    public override int Streams => batch.Count;

    protected override int InputLength => batch.InputLength;

    protected override int StateLength => batch.StateLength;

    protected override void Add(int streams)
    {
        batch.Add(streams);
        _intervals = new float[batch.Count];
    }

    protected override void Clear()
    {
        while (batch.Count > 0)
            batch.Remove(batch.Count - 1);
    }

    protected override float[] StepAll(StreamStep step)
    {
        if (step.Interval == 1 && !batch.HasIntervals)
            return batch.Step(step.Values).ToArray();
        _intervals.AsSpan().Fill(step.Interval);
        return batch.Step(step.Values, _intervals).ToArray();
    }

    protected override void GetState(int stream, Span<byte> state) => batch.GetState(stream, state);

    protected override void SetState(int stream, ReadOnlySpan<byte> state) => batch.SetState(stream, state);
}

/// <summary>Series of a forecaster.</summary>
internal sealed class SeriesBatchRun(ForecastBatch batch) : AssetRun
{
    public override int Streams => batch.Count;

    protected override int InputLength => batch.InputLength;

    protected override int StateLength => batch.StateLength;

    protected override void Add(int streams) => batch.Add(streams);

    protected override void Clear()
    {
        while (batch.Count > 0)
            batch.Remove(batch.Count - 1);
    }

    protected override float[] StepAll(StreamStep step)
    {
        batch.Observe(step.Values);
        return [];
    }

    public override StreamForecast Forecast(long number, float[] knownAhead)
    {
        if (batch.Count == 0)
            throw new InvalidOperationException("The asset has made no step yet, so nothing can be forecast. Give it a Step first.");
        return new(number, batch.Forecast(knownAhead).ToArray(), batch.LowerBound.ToArray(), batch.UpperBound.ToArray());
    }

    protected override void GetState(int stream, Span<byte> state) => batch.GetState(stream, state);

    protected override void SetState(int stream, ReadOnlySpan<byte> state) => batch.SetState(stream, state);
}
