using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Scoring;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>Rows in memory, in another order than they were read in.</summary>
internal sealed class SortedCursor(DataViewSchema schema, bool[] active, StoredColumn?[] columns, int[] order) : DataViewRowCursor
{
    private int _index = -1;

    public override DataViewSchema Schema => schema;

    public override long Position => _index < order.Length ? _index : -1;

    public override long Batch => 0;

    /// <summary>The place of the current row in the table as it was read; past the end, that of the last row.</summary>
    public long OriginalRow => order.Length == 0 ? 0 : order[Math.Clamp(_index, 0, order.Length - 1)];

    public override bool MoveNext() => _index < order.Length && ++_index < order.Length;

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)Row(), 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        GetterCheck.Active(active, column);
        return GetterCheck.Typed<TValue>(columns[column.Index]!.Getter(Row), column);
    }

    private int Row()
        => Position >= 0
            ? order[_index]
            : throw new InvalidOperationException("The cursor stands on no row: MoveNext has not been called, or has returned false.");
}
