// Stands for the empty binary data view by which a model file of the original carries its input schema. The layout is our own.
using Microsoft.ML.Data;

namespace Microsoft.ML;

internal static class SchemaSerializer
{
    private static readonly PrimitiveDataViewType[] _primitives =
    [
        TextDataViewType.Instance, BooleanDataViewType.Instance, NumberDataViewType.SByte, NumberDataViewType.Byte, NumberDataViewType.Int16,
        NumberDataViewType.UInt16, NumberDataViewType.Int32, NumberDataViewType.UInt32, NumberDataViewType.Int64, NumberDataViewType.UInt64,
        NumberDataViewType.Single, NumberDataViewType.Double, DateTimeDataViewType.Instance, DateTimeOffsetDataViewType.Instance,
        TimeSpanDataViewType.Instance, RowIdDataViewType.Instance
    ];

    internal static void Write(BinaryWriter writer, DataViewSchema schema)
    {
        writer.Write(schema.Count);
        foreach (var column in schema)
        {
            writer.Write(column.Name);
            WriteType(writer, column.Type);
            writer.Write(column.Annotations.Schema.Count);
            foreach (var annotation in column.Annotations.Schema)
            {
                writer.Write(annotation.Name);
                WriteType(writer, annotation.Type);
                Handler(annotation.Type).Write(writer, column.Annotations, annotation);
            }
        }
    }

    internal static DataViewSchema Read(BinaryReader reader)
    {
        var builder = new DataViewSchema.Builder();
        for (int i = reader.ReadInt32(); i > 0; i--)
        {
            string name = reader.ReadString();
            var type = ReadType(reader);
            var annotations = new DataViewSchema.Annotations.Builder();
            for (int k = reader.ReadInt32(); k > 0; k--)
            {
                string kind = reader.ReadString();
                var annotationType = ReadType(reader);
                Handler(annotationType).Read(reader, annotations, kind, annotationType);
            }
            builder.AddColumn(name, type, annotations.ToAnnotations());
        }
        return builder.ToSchema();
    }

    internal static void WriteType(BinaryWriter writer, DataViewType type)
    {
        var vector = type as VectorDataViewType;
        writer.Write(vector?.Dimensions.Length ?? 0);
        foreach (int size in vector?.Dimensions ?? [])
            writer.Write(size);
        var item = type.ItemTypeOrSelf();
        var key = item as KeyDataViewType;
        int at = Array.IndexOf(_primitives, key is null ? item : DataViewTypeExtensions.PrimitiveTypeOrNull(key.RawType));
        if (at < 0)
            throw new NotSupportedException($"A column of type {type} cannot be saved.");
        writer.Write((byte)at);
        writer.Write(key?.Count ?? 0);
    }

    internal static DataViewType ReadType(BinaryReader reader)
    {
        var dimensions = new int[reader.ReadInt32()];
        for (int i = 0; i < dimensions.Length; i++)
            dimensions[i] = reader.ReadInt32();
        var item = _primitives[reader.ReadByte()];
        ulong count = reader.ReadUInt64();
        if (count > 0)
            item = new KeyDataViewType(item.RawType, count);
        return dimensions.Length == 0 ? item : new VectorDataViewType(item, dimensions);
    }

    private static ValueHandler Handler(DataViewType type) => (ValueHandler)Activator.CreateInstance(
        (type is VectorDataViewType ? typeof(VectorHandler<>) : typeof(ScalarHandler<>)).MakeGenericType(type.ItemTypeOrSelf().RawType), nonPublic: true);

    private static void WriteItem(BinaryWriter writer, object item)
    {
        switch (item)
        {
            case ReadOnlyMemory<char> x: writer.Write(x.ToString()); break;
            case bool x: writer.Write(x); break;
            case sbyte x: writer.Write(x); break;
            case byte x: writer.Write(x); break;
            case short x: writer.Write(x); break;
            case ushort x: writer.Write(x); break;
            case int x: writer.Write(x); break;
            case uint x: writer.Write(x); break;
            case long x: writer.Write(x); break;
            case ulong x: writer.Write(x); break;
            case float x: writer.Write(x); break;
            case double x: writer.Write(x); break;
            case DateTime x: writer.Write(x.Ticks); break;
            case TimeSpan x: writer.Write(x.Ticks); break;
            default: throw new NotSupportedException($"A value of type {item.GetType()} cannot be saved.");
        }
    }

    private static object ReadItem(BinaryReader reader, Type type) =>
        type == typeof(ReadOnlyMemory<char>) ? reader.ReadString().AsMemory()
        : type == typeof(bool) ? reader.ReadBoolean()
        : type == typeof(sbyte) ? reader.ReadSByte()
        : type == typeof(byte) ? reader.ReadByte()
        : type == typeof(short) ? reader.ReadInt16()
        : type == typeof(ushort) ? reader.ReadUInt16()
        : type == typeof(int) ? reader.ReadInt32()
        : type == typeof(uint) ? reader.ReadUInt32()
        : type == typeof(long) ? reader.ReadInt64()
        : type == typeof(ulong) ? reader.ReadUInt64()
        : type == typeof(float) ? reader.ReadSingle()
        : type == typeof(double) ? reader.ReadDouble()
        : type == typeof(DateTime) ? new DateTime(reader.ReadInt64())
        : type == typeof(TimeSpan) ? new TimeSpan(reader.ReadInt64())
        : throw new FormatException($"Corrupt model file: a value of type {type}.");

    /// <summary>Items of one type; also what transforms save their dictionaries with.</summary>
    internal static void WriteItems<T>(BinaryWriter writer, IReadOnlyList<T> items)
    {
        writer.Write(items.Count);
        foreach (var item in items)
            WriteItem(writer, item);
    }

    internal static T[] ReadItems<T>(BinaryReader reader)
    {
        var items = new T[reader.ReadInt32()];
        for (int i = 0; i < items.Length; i++)
            items[i] = (T)ReadItem(reader, typeof(T));
        return items;
    }

    private abstract class ValueHandler
    {
        internal abstract void Write(BinaryWriter writer, DataViewSchema.Annotations annotations, DataViewSchema.Column column);

        internal abstract void Read(BinaryReader reader, DataViewSchema.Annotations.Builder builder, string name, DataViewType type);
    }

    private sealed class ScalarHandler<T> : ValueHandler
    {
        internal override void Write(BinaryWriter writer, DataViewSchema.Annotations annotations, DataViewSchema.Column column)
        {
            var value = default(T);
            annotations.GetGetter<T>(column)(ref value);
            WriteItem(writer, value);
        }

        internal override void Read(BinaryReader reader, DataViewSchema.Annotations.Builder builder, string name, DataViewType type)
        {
            var value = (T)ReadItem(reader, typeof(T));
            builder.Add(name, type, (ref T dst) => dst = value);
        }
    }

    private sealed class VectorHandler<T> : ValueHandler
    {
        internal override void Write(BinaryWriter writer, DataViewSchema.Annotations annotations, DataViewSchema.Column column)
        {
            var value = default(VBuffer<T>);
            annotations.GetGetter<VBuffer<T>>(column)(ref value);
            WriteItems(writer, [.. value.DenseValues()]);
        }

        internal override void Read(BinaryReader reader, DataViewSchema.Annotations.Builder builder, string name, DataViewType type)
        {
            var items = ReadItems<T>(reader);
            builder.Add(name, type, (ref VBuffer<T> dst) => VBuffer<T>.Copy(items, 0, ref dst, items.Length));
        }
    }
}
