namespace Microsoft.ML.StateSpace.Tables;

/// <summary>Goes with the rows of a group, holds that they are in order, and measures the time from row to row.</summary>
internal sealed class RowClock
{
    private readonly TableRows _rows;
    private readonly DataViewSchema.Column? _orderColumn, _timeColumn;
    private readonly RowTime? _order, _time;
    private ulong _orderBefore, _timeBefore;

    /// <param name="rows">The table.</param>
    /// <param name="order">The column by which rows are ordered, if any.</param>
    /// <param name="time">The column with the time, if intervals are wanted.</param>
    public RowClock(TableRows rows, DataViewSchema.Column? order, DataViewSchema.Column? time)
    {
        _rows = rows;
        _orderColumn = order;
        _timeColumn = time;
        _order = order is { } o ? RowTime.Of(rows.Cursor, o) : null;
        _time = time is not { } t ? null : t.Index == order?.Index ? _order : RowTime.Of(rows.Cursor, t);
    }

    /// <summary>The time since the row before; NaN in the first row of a group.</summary>
    public double Step { get; private set; } = double.NaN;

    /// <summary>The time of the row, for messages.</summary>
    public string TimeText => _time!.Text(_timeBefore);

    /// <summary>Reads the current row.</summary>
    /// <param name="isFirst">Whether it is the first of its group.</param>
    public void Read(bool isFirst)
    {
        if (_order is not null)
        {
            ReadKey(_order, _orderColumn!.Value);
            if (!isFirst && _order.Key < _orderBefore)
                throw _rows.Error(
                    $"column '{_orderColumn.Value.Name}' goes back, from {_order.Text(_orderBefore)} to {_order.Text(_order.Key)}, inside of "
                    + "one group. Set SortsRows to true, or put the rows of each group in its order.");
            _orderBefore = _order.Key;
        }
        if (_time is not null)
        {
            if (_time != _order)
                ReadKey(_time, _timeColumn!.Value);
            Step = isFirst ? double.NaN : _time.Between(_timeBefore, _time.Key);
            _timeBefore = _time.Key;
        }
    }

    private void ReadKey(RowTime time, DataViewSchema.Column column)
    {
        time.Read();
        if (time.IsMissing)
            throw _rows.Error(
                $"column '{column.Name}' has no value, so the row has no place in time. Drop such rows with "
                + "mlContext.Data.FilterByCustomPredicate, or fill the column.");
    }
}
