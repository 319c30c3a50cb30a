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
        if (_order is { } order)
        {
            ulong key = order.Read();
            if (key == RowTime.Missing)
                throw Missing(_orderColumn);
            if (key < _orderBefore && !isFirst)
                throw GoesBack(order, key);
            _orderBefore = key;
        }
        if (_time is not null)
            ReadTime(_time, isFirst);
    }

    private void ReadTime(RowTime time, bool isFirst)
    {
        ulong key = time == _order ? _orderBefore : time.Read();
        if (key == RowTime.Missing)
            throw Missing(_timeColumn);
        Step = isFirst ? double.NaN : time.Between(_timeBefore, key);
        _timeBefore = key;
    }

    private InvalidOperationException GoesBack(RowTime order, ulong key)
        => _rows.Error(
            $"column '{_orderColumn!.Value.Name}' goes back, from {order.Text(_orderBefore)} to {order.Text(key)}, inside of one "
            + "group. Set SortsRows to true, or put the rows of each group in its order.");

    private InvalidOperationException Missing(DataViewSchema.Column? column)
        => _rows.Error(
            $"column '{column!.Value.Name}' has no value, so the row has no place in time. Drop such rows with "
            + "mlContext.Data.FilterByCustomPredicate, or fill the column.");
}
