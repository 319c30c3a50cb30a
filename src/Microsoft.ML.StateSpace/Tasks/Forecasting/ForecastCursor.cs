using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Scoring;
using Microsoft.ML.StateSpace.Tables;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>A table's rows, each with the forecasts made after it was seen. Forecasts are made where they are read.</summary>
internal sealed class ForecastCursor : DataViewRowCursor
{
    private readonly ForecastSchema _schema;
    private readonly bool[] _active;
    private readonly TableRows _rows;
    private readonly SeriesRows? _series;
    private readonly AheadRows? _ahead;
    private readonly ForecastRun? _run;
    private long _made = -1;

    public ForecastCursor(ForecastSchema schema, ForecastModel model, IDataView table, bool[] active)
    {
        (_schema, _active) = (schema, active);
        var columns = schema.Columns;
        var own = columns.Table.Where(column => active[column.Index]);
        bool forecasts = schema.Outputs.Any(output => output >= 0 && active[output]);
        var needed = forecasts ? own.Concat(columns.Needed).DistinctBy(column => column.Index) : own;
        _rows = new TableRows(table.GetRowCursor(needed));
        if (!forecasts)
            return;
        _series = new SeriesRows(columns, _rows);
        _run = new ForecastRun(model);
        if (model.Shape.AheadWidth > 0)
            _ahead = new AheadRows(columns, table, model.Shape.AheadWidth);
    }

    public override DataViewSchema Schema => _schema.Schema;

    public override long Position => _rows.Cursor.Position;

    public override long Batch => _rows.Cursor.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => _rows.Cursor.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        GetterCheck.Active(_active, column);
        if (column.Index < _schema.Columns.Table.Count)
            return _rows.Cursor.GetGetter<TValue>(_schema.Columns.Table[column.Index]);
        float[] values = _run!.Outputs[Array.IndexOf(_schema.Outputs, column.Index)];
        return GetterCheck.Typed<TValue>(
            (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
            {
                Make();
                var editor = VBufferEditor.Create(ref value, values.Length);
                values.CopyTo(editor.Values);
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
                _run!.State.Reset();
            _run!.State.Observe(_series.Values);
        }
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rows.Dispose();
            _ahead?.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Make()
    {
        if (_made == _rows.Place)
            return;
        _run!.Forecast(_ahead is null ? [] : _ahead.Behind(_rows.Place));
        _made = _rows.Place;
    }
}
