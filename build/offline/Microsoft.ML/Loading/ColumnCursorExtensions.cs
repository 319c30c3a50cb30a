// Mirrors Microsoft.ML.Data.ColumnCursorExtensions (package Microsoft.ML, assembly Microsoft.ML.Data).
using System.Reflection;

namespace Microsoft.ML.Data;

public static class ColumnCursorExtensions
{
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.GetColumn<T>(data.Schema[columnName]);
    }

    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        ArgumentNullException.ThrowIfNull(data);
        var type = column.Type;
        if (type.RawType == typeof(T))
            return type is VectorDataViewType ? ReadBuffers<T>(data, column) : Read<T, T>(data, column, value => value);
        if (type is TextDataViewType && typeof(T) == typeof(string))
            return (IEnumerable<T>)Read<ReadOnlyMemory<char>, string>(data, column, text => text.ToString());
        if (typeof(T).IsArray)
        {
            if (type is not VectorDataViewType vector)
                throw new ArgumentOutOfRangeException(nameof(column), $"Cannot load vector type, {type}, specified in column to the user-defined type, {typeof(T)}.");
            if (vector.ItemType is TextDataViewType && typeof(T) == typeof(string[]))
                return (IEnumerable<T>)Read<VBuffer<ReadOnlyMemory<char>>, string[]>(data, column, values => [.. values.DenseValues().Select(text => text.ToString())]);
            if (vector.ItemType.RawType == typeof(T).GetElementType())
            {
                var read = typeof(ColumnCursorExtensions).GetMethod(nameof(ReadArrays), BindingFlags.NonPublic | BindingFlags.Static);
                return (IEnumerable<T>)read.MakeGenericMethod(vector.ItemType.RawType).Invoke(null, [data, column]);
            }
        }
        throw new ArgumentOutOfRangeException(nameof(column), $"Cannot map column (name: {column.Name}, type: {type}) in data to the user-defined type, {typeof(T)}.");
    }

    private static IEnumerable<TItem[]> ReadArrays<TItem>(IDataView data, DataViewSchema.Column column) =>
        Read<VBuffer<TItem>, TItem[]>(data, column, values => [.. values.DenseValues()]);

    private static IEnumerable<TOut> Read<TValue, TOut>(IDataView data, DataViewSchema.Column column, Func<TValue, TOut> convert)
    {
        using var cursor = data.GetRowCursor([column]);
        var getter = cursor.GetGetter<TValue>(column);
        var value = default(TValue);
        while (cursor.MoveNext())
        {
            getter(ref value);
            yield return convert(value);
        }
    }

    /// <summary>Every buffer is a new one, so that those already given out stay as they were.</summary>
    private static IEnumerable<T> ReadBuffers<T>(IDataView data, DataViewSchema.Column column)
    {
        using var cursor = data.GetRowCursor([column]);
        var getter = cursor.GetGetter<T>(column);
        while (cursor.MoveNext())
        {
            var value = default(T);
            getter(ref value);
            yield return value;
        }
    }
}
