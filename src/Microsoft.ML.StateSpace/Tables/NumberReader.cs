using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>Reads a column of numbers or Booleans as Single.</summary>
internal abstract class NumberReader
{
    /// <summary>Writes the values of the current row behind a place.</summary>
    public abstract void Read(float[] values, int place);

    public static NumberReader Of(DataViewRow row, DataViewSchema.Column column)
    {
        bool isVector = column.Type is VectorDataViewType;
        var item = column.Type is VectorDataViewType vector ? vector.ItemType.RawType : column.Type.RawType;
        if (item == typeof(bool))
            return isVector ? new Vectors<bool>(row, column, AsNumber) : new Scalars<bool>(row, column, AsNumber);
        return (NumberReader)typeof(NumberReader).GetMethod(nameof(OfNumbers), 1, NonPublicStatic, null,
            [typeof(DataViewRow), typeof(DataViewSchema.Column), typeof(bool)], null)!
            .MakeGenericMethod(item).Invoke(null, [row, column, isVector])!;
    }

    private const System.Reflection.BindingFlags NonPublicStatic
        = System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static;

    private static NumberReader OfNumbers<T>(DataViewRow row, DataViewSchema.Column column, bool isVector)
        where T : INumberBase<T>
        => isVector ? new Vectors<T>(row, column, float.CreateTruncating) : new Scalars<T>(row, column, float.CreateTruncating);

    private static float AsNumber(bool value) => value ? 1 : 0;

    private sealed class Scalars<T>(DataViewRow row, DataViewSchema.Column column, Func<T, float> convert) : NumberReader
    {
        private readonly ValueGetter<T> _read = row.GetGetter<T>(column);

        public override void Read(float[] values, int place)
        {
            T value = default!;
            _read(ref value);
            values[place] = convert(value);
        }
    }

    private sealed class Vectors<T>(DataViewRow row, DataViewSchema.Column column, Func<T, float> convert) : NumberReader
    {
        private readonly ValueGetter<VBuffer<T>> _read = row.GetGetter<VBuffer<T>>(column);
        private readonly int _size = ((VectorDataViewType)column.Type).Size;
        private VBuffer<T> _vector;

        public override void Read(float[] values, int place)
        {
            _read(ref _vector);
            values.AsSpan(place, _size).Clear();
            var given = _vector.GetValues();
            if (_vector.IsDense)
            {
                for (int i = 0; i < given.Length; i++)
                    values[place + i] = convert(given[i]);
                return;
            }
            var indices = _vector.GetIndices();
            for (int i = 0; i < given.Length; i++)
                values[place + indices[i]] = convert(given[i]);
        }
    }
}
