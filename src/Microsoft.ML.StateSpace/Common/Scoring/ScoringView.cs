namespace Microsoft.ML.StateSpace.Scoring;

/// <summary>A data view with the columns that a transformer adds. Nothing is computed before a cursor asks for it.</summary>
internal sealed class ScoringView(SequenceRowMapper mapper, IDataView source) : IDataView
{
    public DataViewSchema Schema => mapper.OutputSchema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = mapper.Active(columnsNeeded);
        return Wrap(source.GetRowCursor(mapper.GetDependencies(columnsNeeded), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = mapper.Active(columnsNeeded);
        return [.. source.GetRowCursorSet(mapper.GetDependencies(columnsNeeded), n, rand).Select(cursor => Wrap(cursor, active))];
    }

    private DataViewRowCursor Wrap(DataViewRowCursor cursor, bool[] active)
        => mapper.NeedsScores(active) ? new ScoringCursor(mapper, cursor, active) : new PassingCursor(mapper, cursor, active);
}
