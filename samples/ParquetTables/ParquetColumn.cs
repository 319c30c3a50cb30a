using Microsoft.ML.Data;
using Parquet;
using Parquet.Schema;

namespace ParquetTables;

/// <summary>A column of a Parquet file, and how ML.NET sees it.</summary>
internal abstract class ParquetColumn(DataField dataField, PrimitiveDataViewType type)
{
    public string Name => Field.Name;

    public PrimitiveDataViewType Type { get; } = type;

    protected DataField Field { get; } = dataField;

    /// <summary>Reads the values of a row group.</summary>
    public abstract Task ReadAsync(ParquetRowGroupReader group, int rows);

    /// <summary>The same column with values of its own, for another cursor.</summary>
    public abstract ParquetColumn Copy();

    /// <summary>How a field is read; <see langword="null"/> where ML.NET has no type for it.</summary>
    public static ParquetColumn? Of(DataField field) => (field.ClrType, field.IsNullable) switch
    {
        (var type, false) when type == typeof(ReadOnlyMemory<char>)
            => new ValueColumn<ReadOnlyMemory<char>>(field, TextDataViewType.Instance),
        (var type, false) when type == typeof(float) => new ValueColumn<float>(field, NumberDataViewType.Single),
        (var type, false) when type == typeof(double) => new ValueColumn<double>(field, NumberDataViewType.Double),
        (var type, false) when type == typeof(int) => new ValueColumn<int>(field, NumberDataViewType.Int32),
        (var type, false) when type == typeof(long) => new ValueColumn<long>(field, NumberDataViewType.Int64),
        (var type, false) when type == typeof(bool) => new ValueColumn<bool>(field, BooleanDataViewType.Instance),
        (var type, false) when type == typeof(DateTime) => new ValueColumn<DateTime>(field, DateTimeDataViewType.Instance),
        (var type, true) when type == typeof(ReadOnlyMemory<char>) // ML.NET has no missing text but the empty one
            => new NullableColumn<ReadOnlyMemory<char>, ReadOnlyMemory<char>>(field, TextDataViewType.Instance, value => value ?? default),
        (var type, true) when type == typeof(float)
            => new NullableColumn<float, float>(field, NumberDataViewType.Single, value => value ?? float.NaN),
        (var type, true) when type == typeof(double)
            => new NullableColumn<double, double>(field, NumberDataViewType.Double, value => value ?? double.NaN),
        (var type, true) when type == typeof(int)
            => new NullableColumn<int, double>(field, NumberDataViewType.Double, value => value ?? double.NaN),
        (var type, true) when type == typeof(long)
            => new NullableColumn<long, double>(field, NumberDataViewType.Double, value => value ?? double.NaN),
        (var type, true) when type == typeof(bool)
            => new NullableColumn<bool, bool>(field, BooleanDataViewType.Instance, value => Required(value, field)),
        (var type, true) when type == typeof(DateTime)
            => new NullableColumn<DateTime, DateTime>(field, DateTimeDataViewType.Instance, value => Required(value, field)),
        _ => null,
    };

    private static T Required<T>(T? value, DataField field)
        where T : struct
        => value ?? throw new InvalidDataException($"Column '{field.Name}' has a missing value, for which ML.NET's type has no sign.");
}

/// <summary>A column with the type of its values in ML.NET.</summary>
internal abstract class ParquetColumn<TValue>(DataField field, PrimitiveDataViewType type) : ParquetColumn(field, type)
{
    /// <summary>The values of the present row group.</summary>
    public TValue[] Values { get; protected set; } = [];
}

/// <summary>Values that are never missing.</summary>
internal sealed class ValueColumn<T>(DataField field, PrimitiveDataViewType type) : ParquetColumn<T>(field, type)
    where T : struct
{
    public override async Task ReadAsync(ParquetRowGroupReader group, int rows)
    {
        if (Values.Length < rows)
            Values = new T[rows];
        await group.ReadAsync<T>(Field, Values.AsMemory(0, rows)).ConfigureAwait(false);
    }

    public override ParquetColumn Copy() => new ValueColumn<T>(Field, Type);
}

/// <summary>Values that may be missing.</summary>
internal sealed class NullableColumn<T, TValue>(DataField field, PrimitiveDataViewType type, Func<T?, TValue> convert)
    : ParquetColumn<TValue>(field, type)
    where T : struct
{
    private T?[] _read = [];

    public override async Task ReadAsync(ParquetRowGroupReader group, int rows)
    {
        if (Values.Length < rows)
            (Values, _read) = (new TValue[rows], new T?[rows]);
        await group.ReadAsync<T>(Field, _read.AsMemory(0, rows)).ConfigureAwait(false);
        for (int row = 0; row < rows; row++)
            Values[row] = convert(_read[row]);
    }

    public override ParquetColumn Copy() => new NullableColumn<T, TValue>(Field, Type, convert);
}
