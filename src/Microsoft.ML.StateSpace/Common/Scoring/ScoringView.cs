using Microsoft.ML.StateSpace.Interop;

namespace Microsoft.ML.StateSpace.Scoring;

/// <summary>A data view with the columns that a transformer adds. Nothing is computed before a cursor asks for it.</summary>
internal sealed class ScoringView(SequenceRowMapper mapper, IDataView source) : PipelineView(source)
{
    public override DataViewSchema Schema => mapper.OutputSchema;

    public override bool CanShuffle => Source.CanShuffle;

    public override long? GetRowCount() => Source.GetRowCount();

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = mapper.Active(columnsNeeded);
        return Wrap(Source.GetRowCursor(mapper.GetDependencies(columnsNeeded), rand), active);
    }

    public override DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = mapper.Active(columnsNeeded);
        return [.. Source.GetRowCursorSet(mapper.GetDependencies(columnsNeeded), n, rand).Select(cursor => Wrap(cursor, active))];
    }

    internal override void AddTo(OnnxPipeline pipeline) => OnnxPackage.Find().Write(mapper.Transformer, mapper.Outputs, pipeline);

    private DataViewRowCursor Wrap(DataViewRowCursor cursor, bool[] active)
        => mapper.NeedsScores(active) ? new ScoringCursor(mapper, cursor, active) : new PassingCursor(mapper, cursor, active);
}
