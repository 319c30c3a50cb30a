using Microsoft.ML.StateSpace.Tables;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>Reads the covariates known ahead so many rows before the rows themselves are asked for.</summary>
internal sealed class AheadRows : IDisposable
{
    private const int Spare = 256;

    private readonly int _horizon, _width;
    private readonly TableRows _rows;
    private readonly GroupColumn? _series;
    private readonly NumberSteps _numbers;
    private readonly float[] _values;
    private readonly int[] _numbersOfSeries;
    private long _base;
    private int _used, _number;
    private bool _ended;

    public AheadRows(ForecastColumns columns, IDataView table, int width)
    {
        (_horizon, _width) = (columns.Options.Horizon, width);
        var needed = columns.Series is { } series ? columns.Ahead.Append(series) : columns.Ahead;
        _rows = new TableRows(table.GetRowCursor(needed.DistinctBy(column => column.Index)));
        _series = columns.Series is { } column ? GroupColumn.Of(_rows.Cursor, column) : null;
        _numbers = new NumberSteps(_rows.Cursor, columns.Ahead);
        _numbers.Resize(1);
        int slots = _horizon + 1 + Spare;
        (_values, _numbersOfSeries) = (new float[(long)slots * width], new int[slots]);
    }

    /// <summary>The rows of the same series behind a row, at most as many as the horizon; rows are asked for in their order.</summary>
    public ReadOnlySpan<float> Behind(long row)
    {
        while (!_ended && _base + _used <= row + _horizon)
            Take(row);
        int first = (int)(row - _base) + 1, end = first;
        while (end < _used && end < first + _horizon && _numbersOfSeries[end] == _numbersOfSeries[first - 1])
            end++;
        return _values.AsSpan(first * _width, (end - first) * _width);
    }

    public void Dispose() => _rows.Dispose();

    private void Take(long row)
    {
        if (_used == _numbersOfSeries.Length)
        {
            int gone = (int)Math.Min(row - _base, _used); // rows in between may not have been asked for
            _values.AsSpan(gone * _width, (_used - gone) * _width).CopyTo(_values);
            _numbersOfSeries.AsSpan(gone, _used - gone).CopyTo(_numbersOfSeries);
            (_base, _used) = (_base + gone, _used - gone);
        }
        _ended = !_rows.MoveNext();
        if (_ended)
            return;
        if (_series is not null && (!_series.Continues() || _rows.Place == 0))
        {
            _series.Begin();
            _number++;
        }
        _numbers.Read(0);
        _numbers.Row.CopyTo(_values.AsSpan(_used * _width));
        _numbersOfSeries[_used++] = _number;
    }
}
