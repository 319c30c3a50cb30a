using System.Globalization;
using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Tests.Testing;

/// <summary>Values of any column as text that differs whenever a bit differs.</summary>
internal static class Cells
{
    private static readonly MethodInfo ReaderOf = typeof(Cells).GetMethod(nameof(Reader), BindingFlags.NonPublic | BindingFlags.Static)!;
    private static readonly MethodInfo AnnotationOf = typeof(Cells).GetMethod(nameof(AnnotationValue),
        BindingFlags.NonPublic | BindingFlags.Static)!;

    public static Func<string> Reader(DataViewRow row, DataViewSchema.Column column)
        => (Func<string>)ReaderOf.MakeGenericMethod(column.Type.RawType).Invoke(null, [row, column])!;

    public static string Annotation(DataViewSchema.Column column, DataViewSchema.Column annotation)
        => (string)AnnotationOf.MakeGenericMethod(annotation.Type.RawType).Invoke(null, [column.Annotations, annotation])!;

    /// <summary>All rows of the columns: id, position, then the values.</summary>
    public static List<string> Read(IDataView view, Func<DataViewSchema.Column, bool>? which = null)
    {
        DataViewSchema.Column[] columns = [.. view.Schema.Where(which ?? (_ => true))];
        using var cursor = view.GetRowCursor(columns);
        return Read(cursor, columns);
    }

    public static List<string> Read(DataViewRowCursor cursor, IEnumerable<DataViewSchema.Column> columns)
    {
        Func<string>[] readers = [.. columns.Select(c => Reader(cursor, c))];
        var id = cursor.GetIdGetter();
        var rows = new List<string>();
        while (cursor.MoveNext())
        {
            DataViewRowId value = default;
            id(ref value);
            rows.Add($"{value} {string.Join(" | ", readers.Select(r => r()))}");
        }
        return rows;
    }

    private static Func<string> Reader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return Text(value);
        };
    }

    private static string AnnotationValue<T>(DataViewSchema.Annotations annotations, DataViewSchema.Column annotation)
    {
        T value = default!;
        annotations.GetGetter<T>(annotation)(ref value);
        return Text(value);
    }

    private static string Text<T>(T value) => value switch
    {
        float single => BitConverter.SingleToUInt32Bits(single).ToString("x8", CultureInfo.InvariantCulture),
        VBuffer<float> vector => string.Join(',', vector.DenseValues().Select(Text)),
        VBuffer<uint> vector => string.Join(',', vector.DenseValues()),
        VBuffer<ReadOnlyMemory<char>> vector => string.Join(',', vector.DenseValues()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
