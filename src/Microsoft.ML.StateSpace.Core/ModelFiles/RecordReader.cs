using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// Reads what <see cref="RecordWriter"/> writes, members in any order. A missing member keeps the record's own default, unless it is
/// <c>required</c>; duplicates, and nulls where the member's type has none, are errors. An unknown member is one that a later version
/// wrote, which may mean another model, so it is not passed over.
/// </summary>
internal static class RecordReader
{
    public static object Read(ReadOnlySpan<byte> json, Type type)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        object value = ReadValue(ref reader, type, type.Name);
        reader.Read();
        return value;
    }

    /// <param name="reader">On the first token of a value; then on its last.</param>
    /// <param name="type">The type declared for it.</param>
    /// <param name="place">The name of the member that it is for, for messages.</param>
    private static object ReadValue(ref Utf8JsonReader reader, Type type, string place)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
            return ReadEnum(ref reader, type, place);
        switch (Type.GetTypeCode(type))
        {
            case TypeCode.String: return ReadText(ref reader, place);
            case TypeCode.Boolean: return reader.TokenType is JsonTokenType.True or JsonTokenType.False
                ? reader.GetBoolean()
                : throw Wrong(ref reader, place, "true or false");
            case TypeCode.Int32: return IsNumber(ref reader) && reader.TryGetInt32(out int small)
                ? small
                : throw Wrong(ref reader, place, "an integer of 32 bits");
            case TypeCode.Int64: return IsNumber(ref reader) && reader.TryGetInt64(out long large)
                ? large
                : throw Wrong(ref reader, place, "an integer of 64 bits");
            case TypeCode.Double: return IsNumber(ref reader) ? reader.GetDouble() : NotFinite(ref reader, place);
            case TypeCode.Single: return IsNumber(ref reader) ? reader.GetSingle() : (float)NotFinite(ref reader, place);
        }
        if (type == typeof(TimeSpan))
            return TimeSpan.TryParseExact(ReadText(ref reader, place), "c", CultureInfo.InvariantCulture, out var time)
                ? time
                : throw Wrong(ref reader, place, "a time such as 00:01:30");
        if (RecordShape.Item(type) is Type item)
            return ReadItems(ref reader, item, place);
        if (RecordShape.Entry(type) is Type entry)
            return ReadEntries(ref reader, entry, place);
        return type.IsValueType ? throw RecordShape.Unsupported(type) : ReadRecord(ref reader, type, place);
    }

    private static bool IsNumber(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Number;

    private static string ReadText(ref Utf8JsonReader reader, string place)
        => reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw Wrong(ref reader, place, "a text");

    private static double NotFinite(ref Utf8JsonReader reader, string place)
        => (reader.TokenType == JsonTokenType.String ? reader.GetString() : null) switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => throw Wrong(ref reader, place, "a number"),
    };

    // Enum.Parse alone would also take numbers and lists of names.
    private static object ReadEnum(ref Utf8JsonReader reader, Type type, string place)
    {
        string name = ReadText(ref reader, place);
        string[] names = Enum.GetNames(type);
        return Array.IndexOf(names, name) >= 0
            ? Enum.Parse(type, name)
            : throw Wrong(ref reader, place, $"one of {string.Join(", ", names)}");
    }

    private static Array ReadItems(ref Utf8JsonReader reader, Type type, string place)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Wrong(ref reader, place, "a list");
        var items = new ArrayList();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            items.Add(ReadInner(ref reader, type, place));
        return items.ToArray(type);
    }

    private static IDictionary ReadEntries(ref Utf8JsonReader reader, Type type, string place)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Wrong(ref reader, place, "an object");
        var entries = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), type))!;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (entries.Contains(name))
                throw Duplicate(place, name);
            reader.Read();
            entries.Add(name, ReadInner(ref reader, type, place));
        }
        return entries;
    }

    private static object? ReadInner(ref Utf8JsonReader reader, Type type, string place)
        => reader.TokenType == JsonTokenType.Null && Nullable.GetUnderlyingType(type) is not null
            ? null
            : ReadValue(ref reader, type, place);

    private static object ReadRecord(ref Utf8JsonReader reader, Type type, string place)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Wrong(ref reader, place, "an object");
        string? discriminator = RecordShape.Discriminator(type);
        if (discriminator is not null)
            type = KindOf(type, discriminator, FindText(reader, discriminator));
        var members = RecordShape.Members(type);
        var values = new object?[members.Length];
        var given = new bool[members.Length];
        bool kindGiven = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            int i = Array.FindIndex(members, member => member.Name == name);
            if (i < 0 && name != discriminator)
                throw Damage.Newer($"its {type.Name} has a member '{name}', which this version does not know");
            ref bool seen = ref (i < 0 ? ref kindGiven : ref given[i]);
            if (seen)
                throw Duplicate(type.Name, name);
            seen = true;
            reader.Read();
            if (i >= 0)
                values[i] = ReadMember(ref reader, members[i]);
        }
        return Create(type, members, values, given);
    }

    private static object? ReadMember(ref Utf8JsonReader reader, PropertyInfo member)
    {
        if (reader.TokenType != JsonTokenType.Null)
            return ReadValue(ref reader, member.PropertyType, member.Name);
        return RecordShape.MayBeNull(member) ? null : throw RecordShape.Null(member);
    }

    private static Type KindOf(Type declared, string discriminator, string? name)
    {
        if (name is null)
            throw new JsonException($"{declared.Name} lacks '{discriminator}', which says of what kind it is");
        var kinds = RecordShape.Kinds(declared);
        return Array.Find(kinds, kind => kind.Name == name)?.Type
            ?? throw Damage.Newer(
                $"its {discriminator} is '{name}', this library knows {string.Join(", ", Array.ConvertAll(kinds, kind => kind.Name))}");
    }

    /// <summary>
    /// The text of a member of the object on whose brace the reader stands; <see langword="null"/> where there is none. The caller's reader
    /// stays.
    /// </summary>
    private static string? FindText(Utf8JsonReader reader, string member)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool found = reader.ValueTextEquals(member);
            reader.Read();
            if (found)
                return ReadText(ref reader, member);
            reader.Skip();
        }
        return null;
    }

    private static object Create(Type type, PropertyInfo[] members, object?[] values, bool[] given)
    {
        for (int i = 0; i < members.Length; i++)
            if (!given[i] && members[i].IsDefined(typeof(RequiredMemberAttribute), inherit: false))
                throw Lacking(type, members[i].Name);
        object record = type.GetConstructor(Type.EmptyTypes) is null
            ? Construct(type, members, values, given)
            : Activator.CreateInstance(type)!;
        for (int i = 0; i < members.Length; i++)
            if (given[i])
                members[i].SetValue(record, values[i]);
        return record;
    }

    /// <summary>A positional record.</summary>
    private static object Construct(Type type, PropertyInfo[] members, object?[] values, bool[] given)
    {
        var constructor = type.GetConstructors() is [var only] ? only : throw RecordShape.Unsupported(type);
        return constructor.Invoke(Array.ConvertAll(constructor.GetParameters(), parameter =>
        {
            int i = Array.FindIndex(members, member => member.Name == parameter.Name);
            if (i >= 0 && given[i])
            {
                given[i] = false;
                return values[i];
            }
            return parameter.HasDefaultValue ? parameter.DefaultValue : throw Lacking(type, parameter.Name!);
        }));
    }

    private static JsonException Lacking(Type type, string member) => new($"{type.Name} lacks '{member}'");

    private static JsonException Duplicate(string place, string name) => new($"{place} has a duplicate '{name}'");

    private static JsonException Wrong(ref Utf8JsonReader reader, string place, string expected)
        => new(
            $"{place} must be {expected}, "
            + $"not {(reader.TokenType is JsonTokenType.String or JsonTokenType.Number ? $"'{Text(ref reader)}'" : reader.TokenType)}");

    private static string Text(ref Utf8JsonReader reader) => System.Text.Encoding.UTF8.GetString(reader.ValueSpan);
}
