using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// For users who keep options as JSON with <c>System.Text.Json</c>: the property <c>core</c> tells which record an
/// <see cref="ArchitectureOptions"/> stands for, by the names that their definitions give. Model files have a reader and a writer of
/// their own, which use the same names.
/// </summary>
/// <typeparam name="TOptions">The declared type: any architecture, or any network.</typeparam>
internal sealed class ArchitectureJsonConverter<TOptions> : JsonConverter<TOptions>
    where TOptions : ArchitectureOptions
{
    public override TOptions? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var record = JsonNode.Parse(ref reader) as JsonObject
            ?? throw new JsonException($"{nameof(ArchitectureOptions)} must be an object.");
        if ((Member(record, ArchitectureDefinition.JsonProperty) as JsonValue)?.TryGetValue(out string? name) != true)
            throw new JsonException(
                $"{nameof(ArchitectureOptions)} lacks '{ArchitectureDefinition.JsonProperty}', a text that says of what kind it is.");
        var kinds = ArchitectureDefinition.All.Where(kind => kind.OptionsType.IsAssignableTo(typeof(TOptions)));
        var definition = kinds.FirstOrDefault(kind => kind.Name == name)
            ?? throw new JsonException($"There is no core '{name}'; there are {string.Join(", ", kinds.Select(kind => kind.Name))}.");
        record.Remove(ArchitectureDefinition.JsonProperty);
        return (TOptions?)record.Deserialize(definition.OptionsType, options);
    }

    private static JsonNode? Member(JsonObject record, string name)
    {
        try
        {
            return record[name];
        }
        catch (ArgumentException e)
        {
            // An object looks for duplicates when it is first asked for a member.
            throw new JsonException($"{nameof(ArchitectureOptions)} has a member twice: {e.Message}", e);
        }
    }

    public override void Write(Utf8JsonWriter writer, TOptions value, JsonSerializerOptions options)
    {
        var record = JsonSerializer.SerializeToNode(value, value.GetType(), options)!.AsObject();
        record.Insert(0, ArchitectureDefinition.JsonProperty, value.Definition.Name);
        record.WriteTo(writer, options);
    }
}
