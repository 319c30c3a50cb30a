namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// What the network of a forecaster remembers of a series. It reads covariates of rows to come, which at first are only promised, so the
/// state that is kept lags so many rows behind: it has read only rows whose coming rows have been seen. A forecast goes on from there with
/// what is promised, and leaves no trace. Everything that is remembered lies in the values of the <see cref="ForecastState"/>.
/// </summary>
/// <param name="network">The network.</param>
/// <param name="shape">The sizes of the forecaster.</param>
internal sealed class ForecastNetworkMemory(ForecastNetwork network, ForecastShape shape)
{
    private readonly SequenceStream _stream = network.CreateStream();
    private readonly int _lag = LagOf(shape), _own = ForecastNetwork.OwnInputs(shape), _ahead = ForecastNetwork.AheadRows(shape);
    private readonly float[] _input = new float[ForecastNetwork.InputsOf(shape)];
    private readonly float[] _promised = new float[ForecastNetwork.AheadRows(shape) * shape.KnownAhead];
    private readonly double[] _features = new double[shape.RowFeatures];

    /// <summary>Values that are remembered: the state behind, then a ring of the rows since with their covariates known ahead.</summary>
    public int Size => _stream.State.Length + _lag * RowSize;

    private int RowSize => _own + shape.KnownAhead;

    /// <summary>Reads the row that the state has just read; <paramref name="values"/> are <see cref="Size"/> of its values.</summary>
    public void Observe(ForecastState state, Span<double> values)
    {
        long row = state.Rows - 1;
        var kept = values[.._stream.State.Length];
        WritePromised(state, default);
        if (row >= _lag)
        {
            Load(kept, row - _lag);
            Step(values, row - _lag, row - 1, _promised);
            for (int i = 0; i < kept.Length; i++)
                kept[i] = _stream.State[i];
        }
        var slot = Slot(values, row);
        _features.AsSpan().Clear();
        if (state.IsStarted)
            state.WriteFeatures(_features);
        var own = _input.AsSpan(0, _own);
        ForecastNetwork.WriteOwn(_features, own);
        for (int i = 0; i < _own; i++)
            slot[i] = own[i];
        for (int c = 0; c < shape.KnownAhead; c++)
            slot[_own + c] = ForecastNetwork.Bounded(state.AheadOf(c));
    }

    /// <summary>Answers to the last row, (Horizon, Targets, 3); valid until the next call.</summary>
    /// <param name="state">What is remembered of the series.</param>
    /// <param name="values">Its <see cref="Size"/> values that are the network's.</param>
    /// <param name="ahead">
    /// The covariates known ahead of the next rows, (rows, KnownAhead). Rows behind them are as the last of them.
    /// </param>
    public ReadOnlySpan<float> Answer(ForecastState state, ReadOnlySpan<double> values, ReadOnlySpan<float> ahead)
    {
        long last = state.Rows - 1, first = Math.Max(0, state.Rows - _lag);
        WritePromised(state, ahead);
        Load(values[.._stream.State.Length], first);
        ReadOnlySpan<float> answer = default;
        for (long row = first; row <= last; row++)
            answer = Step(values, row, last, _promised);
        return answer;
    }

    private static int LagOf(ForecastShape shape) => Math.Max(1, ForecastNetwork.AheadRows(shape));

    private Span<double> Slot(Span<double> values, long row)
        => values.Slice(_stream.State.Length + (int)(row % _lag) * RowSize, RowSize);

    private ReadOnlySpan<double> Slot(ReadOnlySpan<double> values, long row)
        => values.Slice(_stream.State.Length + (int)(row % _lag) * RowSize, RowSize);

    private void Load(ReadOnlySpan<double> kept, long steps)
    {
        _stream.Steps = steps;
        for (int i = 0; i < kept.Length; i++)
            _stream.State[i] = (float)kept[i];
    }

    // The covariates of the coming rows as the network reads them; the last ones that are known stand for those behind.
    private void WritePromised(ForecastState state, ReadOnlySpan<float> ahead)
    {
        for (int c = 0; c < shape.KnownAhead; c++)
        {
            double value = state.AheadOf(c);
            for (int i = 0; i < _ahead; i++)
            {
                int place = i * shape.KnownAhead + c;
                value = place < ahead.Length ? state.Standardised(c, ahead[place], value) : value;
                _promised[place] = ForecastNetwork.Bounded(value);
            }
        }
    }

    // One row through the network. The covariates of rows up to the last one are in the ring, those behind it are given.
    private ReadOnlySpan<float> Step(ReadOnlySpan<double> values, long row, long last, ReadOnlySpan<float> behind)
    {
        var slot = Slot(values, row);
        for (int i = 0; i < _own; i++)
            _input[i] = (float)slot[i];
        for (int i = 0; i < _ahead; i++)
        {
            var covariates = _input.AsSpan(_own + i * shape.KnownAhead, shape.KnownAhead);
            long coming = row + 1 + i;
            if (coming > last)
            {
                behind.Slice((int)(coming - last - 1) * shape.KnownAhead, shape.KnownAhead).CopyTo(covariates);
                continue;
            }
            var seen = Slot(values, coming)[_own..];
            for (int c = 0; c < covariates.Length; c++)
                covariates[c] = (float)seen[c];
        }
        return _stream.Step(_input);
    }
}
