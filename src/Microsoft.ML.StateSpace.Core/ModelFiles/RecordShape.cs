using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// What of a type stands in JSON, found by plain reflection: a model file has few records, and each is met once or twice.
/// </summary>
internal static class RecordShape
{
    /// <summary>The properties written and read: those of the derived record before those of its base.</summary>
    public static PropertyInfo[] Members(Type record)
        => Array.FindAll(
            record.GetProperties(BindingFlags.Public | BindingFlags.Instance),
            p => p.CanRead && p.CanWrite && !p.IsDefined(typeof(JsonIgnoreAttribute), inherit: false));

    /// <summary>
    /// The JSON property that tells which derived record a base stands for; <see langword="null"/> where the type stands for itself.
    /// </summary>
    public static string? Discriminator(Type declared)
    {
        if (declared == typeof(ArchitectureOptions))
            return ArchitectureDefinition.JsonProperty;
        var polymorphic = (JsonPolymorphicAttribute?)Attribute.GetCustomAttribute(
            declared, typeof(JsonPolymorphicAttribute), inherit: false);
        return polymorphic is null ? null : polymorphic.TypeDiscriminatorPropertyName ?? "$type";
    }

    /// <summary>
    /// The derived records of a base, with their names: architectures by their definitions, all others by the attributes of the base.
    /// </summary>
    public static RecordKind[] Kinds(Type declared)
    {
        if (declared == typeof(ArchitectureOptions))
            return Array.ConvertAll(ArchitectureDefinition.Found, kind => new RecordKind(kind.Name, kind.OptionsType));
        var attributes = (JsonDerivedTypeAttribute[])Attribute.GetCustomAttributes(
            declared, typeof(JsonDerivedTypeAttribute), inherit: false);
        return Array.ConvertAll(attributes, kind => new RecordKind((string)kind.TypeDiscriminator!, kind.DerivedType));
    }

    /// <summary>The type of the items of an array or read-only list; <see langword="null"/> where the type is neither.</summary>
    public static Type? Item(Type type)
        => type.IsArray
            ? type.GetElementType()
            : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GenericTypeArguments[0] : null;

    /// <summary>The type of the values of a dictionary by names; <see langword="null"/> where the type is none.</summary>
    public static Type? Entry(Type type)
        => type.IsGenericType && IsDictionary(type.GetGenericTypeDefinition()) && type.GenericTypeArguments[0] == typeof(string)
            ? type.GenericTypeArguments[1]
            : null;

    public static bool MayBeNull(PropertyInfo member)
        => member.PropertyType.IsValueType
            ? Nullable.GetUnderlyingType(member.PropertyType) is not null
            : new NullabilityInfoContext().Create(member).ReadState != NullabilityState.NotNull;

    public static NotSupportedException Unsupported(Type type) => new($"A model file cannot hold a {type}.");

    public static JsonException Null(PropertyInfo member) => new($"{member.DeclaringType!.Name}.{member.Name} is null");

    private static bool IsDictionary(Type open) => open == typeof(Dictionary<,>) || open == typeof(IReadOnlyDictionary<,>);
}

/// <summary>
/// A derived record and its name in JSON. It is a class, because generic code over a new struct would have to be compiled at start-up.
/// </summary>
internal sealed class RecordKind(string name, Type type)
{
    public string Name => name;

    public Type Type => type;
}
