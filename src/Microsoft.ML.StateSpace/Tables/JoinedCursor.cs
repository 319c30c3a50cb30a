using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Scoring;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>A table's rows, each with the answer that belongs to it.</summary>
internal sealed class JoinedCursor : DataViewRowCursor
{
    private readonly Joining _joining;
    private readonly bool[] _active;
    private readonly TableRows _rows;
    private readonly AnswerCursor? _answers;
    private readonly Delegate?[] _getters;

    public JoinedCursor(Joining joining, IDataView predictions, IDataView table, bool[] active)
    {
        _joining = joining;
        _active = active;
        int own = joining.Layout.Table.Count;
        bool[] wanted = active[own..];
        var group = joining.Group is not null && wanted.Contains(true) ? joining.Layout.Group : null;
        _rows = new TableRows(
            table.GetRowCursor(joining.Layout.Table.Where(column => active[column.Index] || column.Index == group?.Index)));
        _getters = new Delegate?[wanted.Length];
        if (!wanted.Contains(true))
            return;
        _answers = new AnswerCursor(joining, predictions, _rows, wanted);
        for (int i = 0; i < wanted.Length; i++)
            _getters[i] = wanted[i] ? JoinedColumn.Getter(_answers, joining, joining.Columns[i]) : null;
    }

    public override DataViewSchema Schema => _joining.Schema;

    public override long Position => _rows.Cursor.Position;

    public override long Batch => _rows.Cursor.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => _rows.Cursor.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        GetterCheck.Active(_active, column);
        int own = _joining.Layout.Table.Count;
        return column.Index < own
            ? _rows.Cursor.GetGetter<TValue>(_joining.Layout.Table[column.Index])
            : GetterCheck.Typed<TValue>(_getters[column.Index - own], column);
    }

    public override bool MoveNext()
    {
        bool moved = _rows.MoveNext();
        if (moved)
            _answers?.MoveTo(_rows.Place);
        else
            _answers?.End(_rows.Place);
        return moved;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rows.Dispose();
            _answers?.Dispose();
        }
        base.Dispose(disposing);
    }
}
