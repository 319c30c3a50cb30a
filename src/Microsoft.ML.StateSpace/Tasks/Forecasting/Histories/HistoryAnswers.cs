using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Data;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>
/// The forecasts of a row that holds a whole history. They are made once for each position, where they are read. As with all rows, only one
/// thread may use it at a time.
/// </summary>
internal sealed class HistoryAnswers
{
    private readonly HistoryMapper _mapper;
    private readonly DataViewRow _row;
    private readonly ForecastRun _run;
    private readonly VectorReader _history;
    private readonly VectorReader? _ahead;
    private float[] _historyValues = [], _aheadValues = [];
    private long _position;
    private bool _isMade;

    public HistoryAnswers(HistoryMapper mapper, DataViewRow row)
    {
        (_mapper, _row) = (mapper, row);
        _run = new ForecastRun(mapper.Model);
        _history = RowReaders.Vector(row, mapper.History);
        _ahead = mapper.Ahead is { } ahead ? RowReaders.Vector(row, ahead) : null;
    }

    /// <summary>A getter of forecasts (0), lower bounds (1) or upper bounds (2).</summary>
    public ValueGetter<VBuffer<float>> Getter(int output)
    {
        float[] values = _run.Outputs[output];
        return (ref VBuffer<float> value) =>
        {
            Make();
            var editor = VBufferEditor.Create(ref value, values.Length);
            values.CopyTo(editor.Values);
            value = editor.Commit();
        };
    }

    private void Make()
    {
        if (_isMade && _position == _row.Position)
            return;
        _isMade = false; // where this row cannot be forecast, it must not answer with the forecasts of the one before
        var shape = _mapper.Model.Shape;
        var history = Read(_history, ref _historyValues, _mapper.History.Name, shape.Width);
        var ahead = _ahead is null ? [] : Read(_ahead, ref _aheadValues, _mapper.Ahead!.Value.Name, shape.AheadWidth);
        if (ahead.Length > (long)shape.Horizon * shape.AheadWidth)
            throw new InvalidOperationException(
                $"Row {_row.Position}: column '{_mapper.Ahead!.Value.Name}' holds {ahead.Length / shape.AheadWidth} rows, and the "
                + $"forecaster looks {shape.Horizon} ahead. Give at most as many rows as the Horizon.");
        _run.State.Reset();
        for (int start = 0; start < history.Length; start += shape.Width)
            _run.State.Observe(history.Slice(start, shape.Width));
        _run.Forecast(ahead);
        (_isMade, _position) = (true, _row.Position);
    }

    private ReadOnlySpan<float> Read(VectorReader reader, ref float[] values, string column, int width)
    {
        int count = reader(ref values);
        return count % width == 0 ? values.AsSpan(0, count)
            : throw new InvalidOperationException(
                $"Row {_row.Position}: column '{column}' holds {count} values, which are no whole time steps of {width}. Give each time "
                + "step the values of all columns of the forecaster's options.");
    }
}
