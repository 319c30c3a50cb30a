using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Tables;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>Rows that hold a whole history each, with their forecasts. Nothing is computed before it is read.</summary>
internal sealed class HistoryView(HistoryMapper mapper, IDataView source) : PipelineView(source)
{
    public override DataViewSchema Schema => mapper.OutputSchema;

    public override bool CanShuffle => Source.CanShuffle;

    public override long? GetRowCount() => Source.GetRowCount();

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => new Cursor(
            mapper, Source.GetRowCursor(mapper.GetDependencies(columnsNeeded), rand), ActiveColumns.Of(Schema, columnsNeeded));

    public override DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [.. Source.GetRowCursorSet(mapper.GetDependencies(columnsNeeded), n, rand)
            .Select(cursor => new Cursor(mapper, cursor, ActiveColumns.Of(Schema, columnsNeeded)))];

    internal override void AddTo(OnnxPipeline pipeline) => OnnxPackage.Find().Write(mapper, pipeline);

    private sealed class Cursor(HistoryMapper mapper, DataViewRowCursor source, bool[] active) : DataViewRowCursor
    {
        private readonly HistoryAnswers? _answers = mapper.NeedsForecasts(active) ? new HistoryAnswers(mapper, source) : null;

        public override DataViewSchema Schema => mapper.OutputSchema;

        public override long Position => source.Position;

        public override long Batch => source.Batch;

        public override bool MoveNext() => source.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => mapper.Getter<TValue>(column, active, source, _answers);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                source.Dispose();
            base.Dispose(disposing);
        }
    }
}
