using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>Options and summaries as JSON: enums by name, every double to the last bit, nothing unknown accepted.</summary>
internal static class ModelJson
{
    private static readonly JsonSerializerOptions Settings = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        AllowOutOfOrderMetadataProperties = true,
        RespectNullableAnnotations = true,
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Settings);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Settings) ?? throw new JsonException("it is null");

    /// <summary>The names of the state-space cores that this version knows.</summary>
    public static IReadOnlyList<string> Cores { get; } =
        [.. typeof(ArchitectureOptions).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(derived => (string)derived.TypeDiscriminator!)];

    /// <summary>The name of the state-space core in the JSON of a model's options; <see langword="null"/> where none stands there.</summary>
    public static string? CoreIn(string optionsJson)
    {
        using var document = JsonDocument.Parse(optionsJson);
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("Architecture", out var architecture)
            && architecture.ValueKind == JsonValueKind.Object
            && architecture.TryGetProperty("core", out var core) && core.ValueKind == JsonValueKind.String ? core.GetString() : null;
    }
}
