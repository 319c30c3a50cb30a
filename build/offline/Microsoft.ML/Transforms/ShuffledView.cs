// Stands for Microsoft.ML.Transforms.RowShufflingTransformer (internal there too), which needs memory for its pool only; this one for all rows.
namespace Microsoft.ML.Data;

/// <summary>The rows of a cache in an order that a seed decides: the same one in each cursor that does not bring its own random numbers.</summary>
internal sealed class ShuffledView(IDataView cache, int seed) : IDataView
{
    public bool CanShuffle => true;

    public DataViewSchema Schema => cache.Schema;

    public long? GetRowCount() => cache.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        cache.GetRowCursor(columnsNeeded, rand ?? new Random(seed));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];
}
