// Mirrors Microsoft.ML.SearchSpace.Parameter and ParameterType (package Microsoft.ML.AutoML, assembly Microsoft.ML.SearchSpace): a
// value, or a tree of them.
using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.SearchSpace;

public enum ParameterType
{
    Integer = 0,
    Number = 1,
    Bool = 2,
    String = 3,
    Object = 4,
    Array = 5,
}

[JsonConverter(typeof(ParameterConverter))]
public sealed class Parameter : IDictionary<string, Parameter>, IEquatable<Parameter>, IEqualityComparer<Parameter>
{
    private static readonly JsonSerializerOptions Settings = new()
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    private Parameter(object value, ParameterType type)
    {
        Value = value;
        ParameterType = type;
    }

    public ParameterType ParameterType { get; }

    public int Count => ParameterType == ParameterType.Object ? Members.Count : 1;

    public bool IsReadOnly => false;

    public ICollection<string> Keys => Members.Keys;

    ICollection<Parameter> IDictionary<string, Parameter>.Values => Members.Values;

    internal object Value { get; }

    // The original checks the type in debug builds only. In release builds a value that is no tree has no members, and the access ends
    // with a NullReferenceException.
    private Dictionary<string, Parameter> Members => (Value as Dictionary<string, Parameter>) ?? throw new NullReferenceException();

    public Parameter this[string key]
    {
        get => Members[key];
        set => Members[key] = value;
    }

    public static Parameter FromDouble(double value) => new(value, ParameterType.Number);

    public static Parameter FromFloat(float value) => new(value, ParameterType.Number);

    public static Parameter FromLong(long value) => new(value, ParameterType.Integer);

    public static Parameter FromInt(int value) => new(value, ParameterType.Integer);

    public static Parameter FromString(string value) => new(value, ParameterType.String);

    public static Parameter FromBool(bool value) => new(value, ParameterType.Bool);

    public static Parameter FromEnum<T>(T value)
        where T : struct, Enum => FromString(Enum.GetName(value));

    public static Parameter FromIEnumerable<T>(IEnumerable<T> values) => new(values, ParameterType.Array);

    public static Parameter FromObject<T>(T value)
        where T : class => FromObject(value, typeof(T));

    public static Parameter CreateNestedParameter(params KeyValuePair<string, Parameter>[] parameters)
    {
        var members = new Dictionary<string, Parameter>();
        foreach (var (key, value) in parameters)
            members[key] = value;
        return new(members, ParameterType.Object);
    }

    public T AsType<T>() => Value is T value ? value : JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(Value, Settings), Settings);

    public void Add(string key, Parameter value) => Members.Add(key, value);

    public void Add(KeyValuePair<string, Parameter> item) => Members.Add(item.Key, item.Value);

    public void Clear() => Members.Clear();

    public bool Contains(KeyValuePair<string, Parameter> item) => Members.Contains(item);

    public bool ContainsKey(string key) => Members.ContainsKey(key);

    public void CopyTo(KeyValuePair<string, Parameter>[] array, int arrayIndex)
        => ((ICollection<KeyValuePair<string, Parameter>>)Members).CopyTo(array, arrayIndex);

    public bool Remove(string key) => Members.Remove(key);

    public bool Remove(KeyValuePair<string, Parameter> item) => ((ICollection<KeyValuePair<string, Parameter>>)Members).Remove(item);

    public bool TryGetValue(string key, out Parameter value) => Members.TryGetValue(key, out value);

    IEnumerator<KeyValuePair<string, Parameter>> IEnumerable<KeyValuePair<string, Parameter>>.GetEnumerator() => Members.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => Members.GetEnumerator();

    public bool Equals(Parameter other) => other is not null && (ReferenceEquals(this, other) || ToString() == other.ToString());

    public bool Equals(Parameter x, Parameter y) => x.GetHashCode() == y.GetHashCode();

    public int GetHashCode(Parameter obj) => obj.GetHashCode();

    public override int GetHashCode() => ToString().GetHashCode();

    public override string ToString() => JsonSerializer.Serialize(this);

    private static Parameter FromObject(object value, Type type)
    {
        switch (value)
        {
            case int i:
                return FromInt(i);
            case long l:
                return FromLong(l);
            case double d:
                return FromDouble(d);
            case float f:
                return FromFloat(f);
            case string s:
                return FromString(s);
            case bool b:
                return FromBool(b);
            case IEnumerable values:
                return new(values, ParameterType.Array);
            case Enum e:
                return FromString(Enum.GetName(e.GetType(), e));
        }
        var tree = CreateNestedParameter();
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanRead && p.CanWrite))
        {
            if (property.GetValue(value) is { } member && FromObject(member, property.PropertyType) is { Count: > 0 } parameter)
                tree[property.Name] = parameter;
        }
        return tree;
    }
}

internal sealed class ParameterConverter : JsonConverter<Parameter>
{
    public override Parameter Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Parameter.CreateNestedParameter([.. JsonSerializer.Deserialize<Dictionary<string, Parameter>>(ref reader, options)]);
            case JsonTokenType.String:
                return Parameter.FromString(reader.GetString());
            case JsonTokenType.Number:
                return reader.TryGetInt64(out long number) ? Parameter.FromLong(number) : Parameter.FromDouble(reader.GetDouble());
            case JsonTokenType.True:
            case JsonTokenType.False:
                return Parameter.FromBool(reader.GetBoolean());
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.StartArray:
                var values = new List<object>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    values.Add(Read(ref reader, null, options));
                return Parameter.FromIEnumerable(values);
            default:
                throw new ArgumentException($"Unsupported reader type {reader.TokenType}");
        }
    }

    public override void Write(Utf8JsonWriter writer, Parameter value, JsonSerializerOptions options)
        => JsonSerializer.Serialize(writer, value.Value, options);
}
