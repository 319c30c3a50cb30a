// Mirrors Microsoft.ML.DataOperationsCatalog (package Microsoft.ML, assembly Microsoft.ML.Data): TakeRows, SkipRows and FilterRowsByColumn.
using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    public IDataView TakeRows(IDataView input, long count) => Slice(input, 0, count);

    public IDataView SkipRows(IDataView input, long count) => Slice(input, count, long.MaxValue);

    public IDataView FilterRowsByColumn(
        IDataView input, string columnName, double lowerBound = double.NegativeInfinity, double upperBound = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(input);
        var column = input.Schema[columnName];
        if (column.Type is not NumberDataViewType || (column.Type != NumberDataViewType.Single && column.Type != NumberDataViewType.Double))
            throw new ArgumentOutOfRangeException(nameof(columnName), $"Schema mismatch for filter column '{columnName}': expected number, got {column.Type}");
        return new RowSubsetView(input, () => null, cursor => column.Type == NumberDataViewType.Single ? Judge<float>(cursor) : Judge<double>(cursor), column);

        Func<RowSubsetView.Verdict> Judge<T>(DataViewRowCursor cursor)
            where T : struct, System.Numerics.INumber<T>
        {
            var getter = cursor.GetGetter<T>(column);
            return () =>
            {
                T value = default;
                getter(ref value);
                double number = double.CreateChecked(value);
                return number >= lowerBound && number < upperBound ? RowSubsetView.Verdict.Keep : RowSubsetView.Verdict.Drop;
            };
        }
    }

    private static RowSubsetView Slice(IDataView input, long skip, long take)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (skip < 0 || take <= 0 || (skip == 0 && take == long.MaxValue))
            throw new ArgumentOutOfRangeException("count", "Must be greater than zero.");
        return new RowSubsetView(
            input,
            () => input.GetRowCount() is { } rows ? Math.Min(take, Math.Max(0, rows - skip)) : null,
            cursor => () => cursor.Position < skip ? RowSubsetView.Verdict.Drop
                : cursor.Position - skip < take ? RowSubsetView.Verdict.Keep : RowSubsetView.Verdict.Stop);
    }
}
