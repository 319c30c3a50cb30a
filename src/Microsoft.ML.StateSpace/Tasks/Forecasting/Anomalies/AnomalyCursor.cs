using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Scoring;
using Microsoft.ML.StateSpace.Tables;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>A table's rows, each scored by the forecast that was made before it was seen.</summary>
internal sealed class AnomalyCursor : DataViewRowCursor
{
    private readonly AnomalySchema _schema;
    private readonly bool[] _active;
    private readonly TableRows _rows;
    private readonly SeriesRows? _series;
    private readonly AnomalyRun? _run;

    public AnomalyCursor(AnomalySchema schema, AnomalyModel model, IDataView table, bool[] active)
    {
        (_schema, _active) = (schema, active);
        var columns = schema.Columns;
        var own = columns.Table.Where(column => active[column.Index]);
        bool scores = active[schema.Output];
        _rows = new TableRows(table.GetRowCursor(
            scores ? own.Concat(columns.Needed).DistinctBy(column => column.Index) : own));
        if (!scores)
            return;
        _series = new SeriesRows(columns, _rows);
        _run = new AnomalyRun(model);
    }

    public override DataViewSchema Schema => _schema.Schema;

    public override long Position => _rows.Cursor.Position;

    public override long Batch => _rows.Cursor.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => _rows.Cursor.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        GetterCheck.Active(_active, column);
        if (column.Index < _schema.Output)
            return _rows.Cursor.GetGetter<TValue>(_schema.Columns.Table[column.Index]);
        double[] answer = _run!.Answer;
        return GetterCheck.Typed<TValue>(
            (ValueGetter<VBuffer<double>>)((ref VBuffer<double> value) =>
            {
                var editor = VBufferEditor.Create(ref value, answer.Length);
                answer.CopyTo(editor.Values);
                value = editor.Commit();
            }),
            column);
    }

    public override bool MoveNext()
    {
        if (!_rows.MoveNext())
            return false;
        if (_series is not null)
        {
            if (_series.Read())
                _run!.Reset();
            _run!.Score(_series.Values);
        }
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _rows.Dispose();
        base.Dispose(disposing);
    }
}
