using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Data;

/// <summary>
/// Reads the vector of the current row into <paramref name="values"/> and returns its length. An array that is too small is replaced.
/// </summary>
internal delegate int VectorReader(ref float[] values);

/// <summary>Makes readers for the few column types in which sequences and labels come.</summary>
internal static class RowReaders
{
    /// <summary>Makes a reader of a vector of Single, or of a vector of keys. It reads keys as numbers, and a missing key as 0.</summary>
    public static VectorReader Vector(DataViewRow row, DataViewSchema.Column column)
    {
        if (((VectorDataViewType)column.Type).ItemType is not KeyDataViewType key)
            return Reals(row, column);
        return key.RawType == typeof(byte) ? Tokens<byte>(row, column, key.Count)
            : key.RawType == typeof(ushort) ? Tokens<ushort>(row, column, key.Count)
            : key.RawType == typeof(uint) ? Tokens<uint>(row, column, key.Count)
            : Tokens<ulong>(row, column, key.Count);
    }

    /// <summary>Makes a reader of a Single, as a vector of one value, or of a vector of Single.</summary>
    public static VectorReader Numbers(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType)
            return Reals(row, column);
        var getter = row.GetGetter<float>(column);
        return (ref float[] values) =>
        {
            if (values.Length == 0)
                values = new float[1];
            getter(ref values[0]);
            return 1;
        };
    }

    /// <summary>Makes a reader of a class from a key or a Boolean. Classes count from 0; -1 means missing.</summary>
    public static Func<int> Class(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is BooleanDataViewType)
            return Scalar<bool>(row, column, value => value ? 1 : 0);
        var key = (KeyDataViewType)column.Type;
        return key.RawType == typeof(byte) ? Class<byte>(row, column, key.Count)
            : key.RawType == typeof(ushort) ? Class<ushort>(row, column, key.Count)
            : key.RawType == typeof(uint) ? Class<uint>(row, column, key.Count)
            : Class<ulong>(row, column, key.Count);
    }

    private static VectorReader Reals(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> vector = default;
        return (ref float[] values) =>
        {
            getter(ref vector);
            if (values.Length < vector.Length)
                values = new float[vector.Length];
            vector.CopyTo(values.AsSpan(0, vector.Length));
            return vector.Length;
        };
    }

    private static VectorReader Tokens<T>(DataViewRow row, DataViewSchema.Column column, ulong count)
        where T : INumberBase<T>
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> vector = default;
        T[] keys = [];
        return (ref float[] values) =>
        {
            getter(ref vector);
            if (keys.Length < vector.Length)
                keys = new T[vector.Length];
            if (values.Length < vector.Length)
                values = new float[vector.Length];
            vector.CopyTo(keys.AsSpan(0, vector.Length));
            // To ML.NET a key beyond its range is a missing one.
            for (int i = 0; i < vector.Length; i++)
                values[i] = ulong.CreateTruncating(keys[i]) is var key && key <= count ? key : 0;
            return vector.Length;
        };
    }

    private static Func<int> Class<T>(DataViewRow row, DataViewSchema.Column column, ulong count)
        where T : INumberBase<T>
        => Scalar<T>(row, column, value => ulong.CreateTruncating(value) is var key && key > count ? -1 : (int)key - 1);

    private static Func<int> Scalar<T>(DataViewRow row, DataViewSchema.Column column, Func<T, int> convert)
    {
        var getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return convert(value);
        };
    }
}
