using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Data;

/// <summary>The key values of a label column: the names of its classes, in their own type.</summary>
internal abstract class LabelValues(PrimitiveDataViewType itemType)
{
    public PrimitiveDataViewType ItemType { get; } = itemType;

    /// <summary>The values as culture-independent text.</summary>
    public abstract string[] Texts { get; }

    /// <summary>Adds the values to a column's annotations.</summary>
    public abstract void AddTo(DataViewSchema.Annotations.Builder annotations, string kind);

    /// <summary>Adds the values as text to a column's annotations.</summary>
    public void AddTextsTo(DataViewSchema.Annotations.Builder annotations, string kind)
        => new LabelValues<ReadOnlyMemory<char>>(TextDataViewType.Instance, [.. Texts.Select(t => t.AsMemory())]).AddTo(annotations, kind);

    public LabelValuesRecord ToRecord() => new(ItemType.RawType.Name, Texts);

    public bool SameAs(LabelValues? other)
        => other is not null && ItemType.Equals(other.ItemType) && Texts.AsSpan().SequenceEqual(other.Texts);

    /// <summary>Reads the key values of a column. Returns <see langword="null"/> if it has none.</summary>
    public static LabelValues? Of(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationKinds.KeyValues)
            is not { Type: VectorDataViewType { ItemType: var itemType } })
            return null;
        var codec = Codec.Of(itemType)
            ?? throw new InvalidOperationException(
                $"The key values of column '{column.Name}' are of type {itemType}, which a model cannot keep. "
                + "Map the label to keys from text or numbers.");
        return codec.Read(column);
    }

    public static LabelValues Of(string[] texts)
        => new LabelValues<ReadOnlyMemory<char>>(TextDataViewType.Instance, [.. texts.Select(t => t.AsMemory())]);

    /// <exception cref="InvalidDataException">The values are not of the type that the record names.</exception>
    public static LabelValues FromRecord(LabelValuesRecord record)
    {
        var codec = Codec.Of(record.Type)
            ?? throw new InvalidDataException($"The model file has labels of type '{record.Type}', which this version does not know.");
        try
        {
            return codec.Parse(record.Values);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new InvalidDataException($"The model file was altered: its labels are no {record.Type} values ({e.Message})", e);
        }
    }

    private sealed record Codec(
        PrimitiveDataViewType ItemType, Func<DataViewSchema.Column, LabelValues> Read, Func<string[], LabelValues> Parse)
    {
        // A codec is made only when it is needed. Each one is generic code that must be compiled, and a loaded model needs only one.
        public static Codec? Of(string rawTypeName) => rawTypeName switch
        {
            "ReadOnlyMemory`1" => For(TextDataViewType.Instance, text => text.AsMemory()),
            nameof(Boolean) => Parsable<bool>(BooleanDataViewType.Instance),
            nameof(SByte) => Parsable<sbyte>(NumberDataViewType.SByte),
            nameof(Byte) => Parsable<byte>(NumberDataViewType.Byte),
            nameof(Int16) => Parsable<short>(NumberDataViewType.Int16),
            nameof(UInt16) => Parsable<ushort>(NumberDataViewType.UInt16),
            nameof(Int32) => Parsable<int>(NumberDataViewType.Int32),
            nameof(UInt32) => Parsable<uint>(NumberDataViewType.UInt32),
            nameof(Int64) => Parsable<long>(NumberDataViewType.Int64),
            nameof(UInt64) => Parsable<ulong>(NumberDataViewType.UInt64),
            nameof(Single) => Parsable<float>(NumberDataViewType.Single),
            nameof(Double) => Parsable<double>(NumberDataViewType.Double),
            _ => null,
        };

        public static Codec? Of(PrimitiveDataViewType type)
            => Of(type.RawType.Name) is { } codec && codec.ItemType.RawType == type.RawType ? codec : null;

        private static Codec Parsable<T>(PrimitiveDataViewType type)
            where T : IParsable<T>
            => For(type, text => T.Parse(text, CultureInfo.InvariantCulture));

        private static Codec For<T>(PrimitiveDataViewType type, Func<string, T> parse) => new(
            type,
            column =>
            {
                VBuffer<T> values = default;
                column.GetKeyValues(ref values);
                return new LabelValues<T>(type, [.. values.DenseValues()]);
            },
            texts => new LabelValues<T>(type, [.. texts.Select(parse)]));
    }
}

/// <summary>The key values of a label column, as they stand in a model file.</summary>
/// <param name="Type">The name of the values' .NET type.</param>
/// <param name="Values">The values as culture-independent text.</param>
internal sealed record LabelValuesRecord(string Type, string[] Values);
