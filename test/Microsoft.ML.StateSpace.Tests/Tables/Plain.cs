using System.Globalization;
using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Tests.Tables;

/// <summary>Values of a column as a reader would write them.</summary>
internal static class Plain
{
    private static readonly MethodInfo Scalars = typeof(Plain).GetMethod(nameof(Scalar), BindingFlags.NonPublic | BindingFlags.Static)!;
    private static readonly MethodInfo Vectors = typeof(Plain).GetMethod(nameof(Vector), BindingFlags.NonPublic | BindingFlags.Static)!;

    public static Func<string> Reader(DataViewRow row, DataViewSchema.Column column)
        => column.Type is VectorDataViewType vector
            ? (Func<string>)Vectors.MakeGenericMethod(vector.ItemType.RawType).Invoke(null, [row, column])!
            : (Func<string>)Scalars.MakeGenericMethod(column.Type.RawType).Invoke(null, [row, column])!;

    private static Func<string> Scalar<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return Text(value);
        };
    }

    private static Func<string> Vector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            return string.Join(",", value.DenseValues().Select(Text));
        };
    }

    private static string Text<T>(T value) => Convert.ToString(value is IFormattable or bool ? value : value!.ToString(),
        CultureInfo.InvariantCulture)!;
}
