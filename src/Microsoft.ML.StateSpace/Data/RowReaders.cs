using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Data;

/// <summary>Reads the present row's vector into <paramref name="values"/>, which it replaces when too small, and returns its length.</summary>
internal delegate int VectorReader(ref float[] values);

/// <summary>Readers of columns of a row in the few types that sequences and labels come in.</summary>
internal static class RowReaders
{
    /// <summary>Reads a vector of Single, or of keys as numbers with 0 for the missing.</summary>
    public static VectorReader Vector(DataViewRow row, DataViewSchema.Column column)
    {
        if (((VectorDataViewType)column.Type).ItemType is not KeyDataViewType key)
            return Reals(row, column);
        return key.RawType == typeof(byte) ? Tokens<byte>(row, column, key.Count)
            : key.RawType == typeof(ushort) ? Tokens<ushort>(row, column, key.Count)
            : key.RawType == typeof(uint) ? Tokens<uint>(row, column, key.Count)
            : Tokens<ulong>(row, column, key.Count);
    }

    /// <summary>Reads a class from a key, from 0; -1 where it is missing.</summary>
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
