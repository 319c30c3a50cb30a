using Microsoft.ML.StateSpace.Tables;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>The rows of a table with their anomalies. Each cursor makes one pass.</summary>
internal sealed class AnomalyView(AnomalySchema schema, AnomalyModel model, IDataView table) : IDataView
{
    private readonly IDataView _rows = schema.Columns.InOrder(table);

    public DataViewSchema Schema => schema.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => table.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => new AnomalyCursor(schema, model, _rows, ActiveColumns.Of(Schema, columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];
}
