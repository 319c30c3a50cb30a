using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace.Telemetry;

/// <summary>The options of a training as flat names and values: <c>Architecture.Layers</c>, 4.</summary>
internal static class OptionsText
{
    private static readonly JsonSerializerOptions Settings = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>
    /// The task, and names and values of what is set or was chosen; a value is a <see cref="double"/>, a <see cref="bool"/> or text.
    /// </summary>
    public static IReadOnlyList<KeyValuePair<string, object>> Of(TrainingProgress progress)
    {
        var found = new List<KeyValuePair<string, object>> { new("Task", progress.Task.ToString()) };
        if (progress.Architecture is { } architecture)
            Add(found, "Architecture", JsonSerializer.SerializeToNode(architecture, Settings));
        if (progress.Options is { } training)
        {
            Add(found, "Training", JsonSerializer.SerializeToNode(training, Settings));
            if (training.Engine is { } engine)
                found.Add(new("Training.Engine", engine.ToString()));
        }
        return found;
    }

    /// <summary>A table in Markdown.</summary>
    public static string Table(string first, string second, IEnumerable<KeyValuePair<string, object>> rows)
    {
        var text = new StringBuilder($"| {first} | {second} |\n|---|---|\n");
        foreach (var (name, value) in rows)
        {
            string cell = Convert.ToString(value, CultureInfo.InvariantCulture)!.Replace("|", "\\|").ReplaceLineEndings(" ");
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {cell} |\n");
        }
        return text.ToString();
    }

    private static void Add(List<KeyValuePair<string, object>> found, string name, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject record:
                foreach (var (member, value) in record)
                    Add(found, $"{name}.{member}", value);
                break;
            case JsonArray list:
                foreach (var (index, value) in list.Index())
                    Add(found, $"{name}[{index}]", value);
                break;
            case JsonValue value:
                found.Add(new(name, Scalar(value)));
                break;
        }
    }

    private static object Scalar(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.Number => value.Deserialize<double>(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => value.ToString(),
    };
}
