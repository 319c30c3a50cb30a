using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>Writes a record with all its members; <see cref="RecordReader"/> mirrors it.</summary>
internal static class RecordWriter
{
    /// <param name="json">Where to.</param>
    /// <param name="value">The value.</param>
    /// <param name="declared">The type that a reader will expect, the value's own or a base of it.</param>
    public static void Write(Utf8JsonWriter json, object? value, Type declared)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(text); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case Enum name: json.WriteStringValue(Name(name)); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case float number when float.IsFinite(number): json.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            case float or double: json.WriteStringValue(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)); break;
            case TimeSpan time: json.WriteStringValue(time.ToString("c", CultureInfo.InvariantCulture)); break;
            case IDictionary entries: WriteEntries(
                json, entries, RecordShape.Entry(declared) ?? throw RecordShape.Unsupported(declared)); break;
            case IEnumerable items: WriteItems(json, items, RecordShape.Item(declared) ?? throw RecordShape.Unsupported(declared)); break;
            default: WriteRecord(json, value, declared); break;
        }
    }

    private static string Name(Enum value)
        => Enum.IsDefined(value.GetType(), value)
            ? value.ToString()
            : throw new JsonException($"{value.GetType().Name} has no value {value}");

    private static void WriteEntries(Utf8JsonWriter json, IDictionary entries, Type declared)
    {
        json.WriteStartObject();
        foreach (DictionaryEntry entry in entries)
        {
            json.WritePropertyName((string)entry.Key);
            Write(json, entry.Value, declared);
        }
        json.WriteEndObject();
    }

    private static void WriteItems(Utf8JsonWriter json, IEnumerable items, Type declared)
    {
        json.WriteStartArray();
        foreach (object? item in items)
            Write(json, item, declared);
        json.WriteEndArray();
    }

    private static void WriteRecord(Utf8JsonWriter json, object record, Type declared)
    {
        var type = record.GetType();
        if (type.IsValueType)
            throw RecordShape.Unsupported(type);
        json.WriteStartObject();
        if (RecordShape.Discriminator(declared) is string discriminator)
            json.WriteString(discriminator, Kind(type, declared));
        foreach (var member in RecordShape.Members(type))
        {
            object? value = member.GetValue(record);
            if (value is null && !RecordShape.MayBeNull(member))
                throw RecordShape.Null(member);
            json.WritePropertyName(member.Name);
            Write(json, value, member.PropertyType);
        }
        json.WriteEndObject();
    }

    private static string Kind(Type type, Type declared)
        => Array.Find(RecordShape.Kinds(declared), kind => kind.Type == type).Name
            ?? throw new NotSupportedException($"{type.Name} is no kind of {declared.Name} that a model file can name.");
}
