using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>A row that holds a whole history, with its forecasts.</summary>
internal sealed class HistoryRow(HistoryMapper mapper, DataViewRow input, bool[] active) : DataViewRow
{
    private readonly HistoryAnswers? _answers = mapper.NeedsForecasts(active) ? new HistoryAnswers(mapper, input) : null;

    public override DataViewSchema Schema => mapper.OutputSchema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        => mapper.Getter<TValue>(column, active, input, _answers);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            input.Dispose();
        base.Dispose(disposing);
    }
}
