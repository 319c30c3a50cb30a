using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Scoring;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>
/// Reads a table row by row, and stops wherever a sequence is complete. The rows that are still needed lie in a <see cref="StepStore"/>,
/// from which the vectors of a sequence are copied when they are asked for.
/// </summary>
internal sealed class TableCursor : DataViewRowCursor
{
    private readonly TableLayout _layout;
    private readonly bool[] _active;
    private readonly TableRows _rows;
    private readonly Framing _framing;
    private readonly GroupColumn? _group;
    private readonly RowClock _clock;
    private readonly StepColumn? _constant;
    private readonly StepStore _store;
    private readonly StepRange _steps = new(), _targets = new();
    private readonly Delegate?[] _getters;

    // Of the current group: its first row in the table, its rows so far, where its next window starts, and how many rows complete it.
    private long _start, _count, _next, _completeAt;
    private long _firstRow, _lastRow, _position = -1;
    private bool _waits = true, _begun, _hasRow, _ended, _stands;

    public TableCursor(TableLayout layout, IDataView table, bool[] active, double unit)
    {
        _layout = layout;
        _active = active;
        _framing = layout.Framing;
        var options = layout.Options;
        bool features = IsActive(options.FeatureOutputColumnName), labels = IsActive(options.LabelOutputColumnName);
        bool intervals = IsActive(options.IntervalOutputColumnName);
        DataViewSchema.Column?[] needed =
        [
            layout.Group, layout.Order, intervals ? layout.Time : null,
            .. (features ? layout.Features : []).Concat(labels ? layout.Labels : []).Cast<DataViewSchema.Column?>(),
        ];
        _rows = new TableRows(table.GetRowCursor(needed.OfType<DataViewSchema.Column>().DistinctBy(column => column.Index)));
        var row = _rows.Cursor;
        _group = layout.Group is { } group ? GroupColumn.Of(row, group) : null;
        _clock = new RowClock(_rows, layout.Order, intervals ? layout.Time : null);
        var feature = features ? StepsOf(row, layout.Features, everyStep: true) : null;
        var label = labels ? StepsOf(row, layout.Labels, options.Target == TableTarget.EveryStep) : null;
        var interval = intervals ? new IntervalSteps(_rows, _clock, options.TimeColumnName!, unit) : null;
        if (layout.HasConstantLabel)
        {
            _constant = label;
            _constant?.Resize(2);
        }
        StepColumn?[] stored = [feature, interval, layout.HasConstantLabel ? null : label];
        _store = new StepStore([.. stored.OfType<StepColumn>()], _framing.Kept);
        _getters = new Delegate?[layout.Schema.Count];
        Set(options.GroupColumnName, _group?.Getter());
        Set(options.FeatureOutputColumnName, feature?.Steps(_steps));
        Set(options.LabelOutputColumnName, options.Target == TableTarget.EveryStep ? label?.Steps(_targets) : label?.Last(_targets));
        Set(options.IntervalOutputColumnName, interval?.Steps(_steps));
        Set(options.FirstRowColumnName, (ValueGetter<long>)((ref long value) => value = _firstRow));
        Set(options.LastRowColumnName, (ValueGetter<long>)((ref long value) => value = _lastRow));
    }

    public override DataViewSchema Schema => _layout.Schema;

    public override long Position => _stands ? _position : -1;

    public override long Batch => 0;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter()
        => (ref DataViewRowId id) => id = new((ulong)(_stands ? _firstRow : throw NoRow()), 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        GetterCheck.Active(_active, column);
        var getter = GetterCheck.Typed<TValue>(_getters[column.Index], column);
        return (ref TValue value) =>
        {
            if (!_stands)
                throw NoRow();
            getter(ref value);
        };
    }

    public override bool MoveNext()
    {
        _stands = !_ended && MoveToSequence();
        _ended = !_stands;
        _position++;
        return _stands;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _rows.Dispose();
        base.Dispose(disposing);
    }

    // A row waits that begins a group: the first one of all, or the one at which the group before was found to have ended.
    private bool MoveToSequence()
    {
        if (!_begun)
            _begun = _hasRow = _rows.MoveNext();
        while (true)
        {
            if (_waits)
            {
                if (!_hasRow)
                    return false;
                BeginGroup();
            }
            else if (!(_hasRow = _rows.MoveNext()) || !(_group?.Continues() ?? true))
            {
                _waits = true;
                var (first, count) = _framing.Rest(_count, _next);
                if (count > 0)
                    return Deliver(first, count);
                continue;
            }
            AddRow();
            if (_count == _completeAt)
            {
                Deliver(_next, _framing.Length);
                _completeAt = _framing.CompleteAt(_next += _framing.Stride);
                return true;
            }
        }
    }

    private void BeginGroup()
    {
        _waits = false;
        (_start, _count, _next, _completeAt) = (_rows.Place, 0, 0, _framing.CompleteAt(0));
        _store.Clear();
        if (_group is null)
            return;
        if (_start == 0)
            _group.Continues();
        _group.BeginNew(_rows, _layout.Group!.Value.Name);
    }

    private void AddRow()
    {
        bool isFirst = _count == 0;
        _clock.Read(isFirst);
        if (!_store.Append())
            throw _rows.Error(
                $"the sequence that begins in row {_start} has more rows than a vector holds. Cut it with mlContext.Data.ToWindows.");
        if (_constant is not null)
            ReadConstant(isFirst);
        _count++;
    }

    private void ReadConstant(bool isFirst)
    {
        _constant!.Read(isFirst ? 0 : 1);
        if (!isFirst && !_constant.AreSame(0, 1))
            throw _rows.Error(
                $"the label changes inside of {(_group is null ? "the table" : $"group '{_group.Text}'")}, in column "
                + $"'{string.Join("', '", _layout.Options.LabelColumnNames)}', from '{_constant.Text(0)}' to '{_constant.Text(1)}'. Set "
                + "Target to EveryStep for a label a row, or name a column that is constant in a group.");
    }

    private bool Deliver(long first, int count)
    {
        _firstRow = _start + first;
        _lastRow = _firstRow + count - 1;
        _steps.Start = _store.Slot(first);
        _steps.Count = _steps.Known = count;
        if (_constant is not null)
            _targets.Count = _targets.Known = 1;
        else
        {
            int ahead = _layout.Options.RowsAhead;
            _targets.Count = count;
            _targets.Known = (int)Math.Clamp(_count - first - ahead, 0, count);
            _targets.Start = _targets.Known == 0 ? 0 : _store.Slot(first + ahead);
        }
        return true;
    }

    private StepColumn StepsOf(DataViewRow row, DataViewSchema.Column[] columns, bool everyStep)
        => TableLayout.KeepsType(columns, everyStep)
            ? (StepColumn)Activator.CreateInstance(typeof(ValueSteps<>).MakeGenericType(columns[0].Type.RawType), row, columns[0])!
            : new NumberSteps(row, columns);

    private bool IsActive(string name) => _layout.Schema.GetColumnOrNull(name) is { } column && _active[column.Index];

    private void Set(string? name, Delegate? getter)
    {
        if (name is not null && _layout.Schema.GetColumnOrNull(name) is { } column)
            _getters[column.Index] = getter;
    }

    private static InvalidOperationException NoRow()
        => new("The cursor stands on no row: MoveNext has not been called, or has returned false.");
}
