using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Tables;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>The rows of a table with what is made after each. Each cursor makes one pass.</summary>
/// <param name="schema">The columns of the table, and those that are made.</param>
/// <param name="table">The table.</param>
/// <param name="open">Opens a cursor, in which the columns are active that are asked for.</param>
internal sealed class SeriesView(DataViewSchema schema, IDataView table, Func<bool[], DataViewRowCursor> open) : PipelineView(table)
{
    public override DataViewSchema Schema => schema;

    public override bool CanShuffle => false;

    public override long? GetRowCount() => Source.GetRowCount();

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => open(ActiveColumns.Of(Schema, columnsNeeded));

    public override DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    internal override void AddTo(OnnxPipeline pipeline) => throw new NotSupportedException(
        "A pipeline with a forecaster, or a detector of anomalies, cannot be converted to ONNX: what it remembers goes on from row to row "
        + "of the table, and an ONNX model of a pipeline reads each row by itself. Export the step alone with SaveAsOnnx, which reads "
        + "whole series, or one row with its state; or convert a forecaster of rows that hold a whole history each, which ForHistories "
        + "makes.");
}
