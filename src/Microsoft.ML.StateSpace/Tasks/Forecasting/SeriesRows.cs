using Microsoft.ML.StateSpace.Tables;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>Goes through the rows of a table that are in order, and says where a series begins.</summary>
internal sealed class SeriesRows
{
    private readonly ForecastColumns _columns;
    private readonly TableRows _rows;
    private readonly GroupColumn? _series;
    private readonly RowClock? _clock;
    private readonly NumberSteps _numbers;
    private readonly float[] _statics;

    public SeriesRows(ForecastColumns columns, TableRows rows)
    {
        (_columns, _rows) = (columns, rows);
        _series = columns.Series is { } series ? GroupColumn.Of(rows.Cursor, series) : null;
        _clock = columns.Order is null ? null : new RowClock(rows, columns.Order, time: null);
        _numbers = new NumberSteps(rows.Cursor, columns.Inputs);
        _numbers.Resize(1);
        _statics = new float[columns.Statics.Length];
    }

    /// <summary>The values of the current row, in the order of <see cref="ForecastColumns.Inputs"/>.</summary>
    public ReadOnlySpan<float> Values => _numbers.Row;

    /// <summary>Reads the table's current row. Returns whether it is the first of a series.</summary>
    public bool Read()
    {
        bool isFirst = _rows.Place == 0;
        if (_series is not null)
        {
            isFirst |= !_series.Continues();
            if (isFirst)
                _series.BeginNew(_rows, _columns.Series!.Value.Name);
        }
        _clock?.Read(isFirst);
        _numbers.Read(0);
        CheckStatics(isFirst);
        if (_columns.Interval is { } interval && !isFirst && !(Values[^1] > 0 && float.IsFinite(Values[^1])))
            throw _rows.Error(
                $"column '{interval.Name}' is {Texts.Of(Values[^1])}, but the time since the row before must be a positive number. "
                + "Merge rows of the same time, or fill the column.");
        return isFirst;
    }

    /// <summary>Reads all series of a table, (rows, width) each.</summary>
    public static List<float[]> ReadAll(ForecastColumns columns, IDataView table)
    {
        var all = new List<float[]>();
        var current = new List<float>();
        using var rows = new TableRows(columns.InOrder(table).GetRowCursor(columns.Needed));
        var series = new SeriesRows(columns, rows);
        while (rows.MoveNext())
        {
            columns.Options.Cancellation.ThrowIfCancellationRequested();
            if (series.Read() && current.Count > 0)
            {
                all.Add([.. current]);
                current.Clear();
            }
            current.AddRange(series.Values);
        }
        if (current.Count > 0)
            all.Add([.. current]);
        return all;
    }

    // A missing value changes nothing.
    private void CheckStatics(bool isFirst)
    {
        if (isFirst)
            Array.Fill(_statics, float.NaN);
        var given = Values[..^(_columns.Interval is null ? 0 : 1)][^_statics.Length..];
        for (int i = 0; i < given.Length; i++)
        {
            if (!float.IsFinite(given[i]))
                continue;
            if (float.IsFinite(_statics[i]) && _statics[i] != given[i])
                throw _rows.Error(
                    $"column '{_columns.Statics[i]}' is {Texts.Of(given[i])}, but was {Texts.Of(_statics[i])} before in the same series. "
                    + "Name a column that changes in KnownAheadColumnNames or KnownSoFarColumnNames instead of StaticColumnNames.");
            _statics[i] = given[i];
        }
    }
}
