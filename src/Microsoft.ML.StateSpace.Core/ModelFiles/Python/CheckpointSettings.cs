using System.Text.Json;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// Settings that leave no trace in the shapes of a checkpoint, so that a model made with others would be read and answer wrongly. Public
/// checkpoints have a <c>config.json</c> beside them: where the checkpoint is a file and there is one, it is held against what the library
/// computes. The settings stand in it at the top, or in its <c>ssm_cfg</c>.
/// </summary>
internal static class CheckpointSettings
{
    private const string FileName = "config.json";

    // A longer file is no config of a model.
    private const int Longest = 1 << 20;

    /// <exception cref="InvalidDataException">The model was made with a setting that is not known here; the message names it.</exception>
    public static void Require(Stream checkpoint, PublicNames names)
    {
        if (checkpoint is not FileStream file || Path.GetDirectoryName(file.Name) is not { } folder)
            return;
        var config = new FileInfo(Path.Combine(folder, FileName));
        if (config.Exists && config.Length <= Longest)
            Require(File.ReadAllText(config.FullName), names);
    }

    /// <exception cref="InvalidDataException">The model was made with a setting that is not known here; the message names it.</exception>
    public static void Require(string config, PublicNames names)
    {
        JsonDocument json;
        try
        {
            // Python writes numbers that JSON does not have.
            json = JsonDocument.Parse(config.Replace("Infinity", "1e999", StringComparison.Ordinal));
        }
        catch (JsonException)
        {
            return; // not the config of a model, so it says nothing about one
        }
        using (json)
        {
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return;
            foreach (var (name, needed, isKnown) in names.Settings)
            {
                if (!root.TryGetProperty(name, out var value)
                    && !(root.TryGetProperty("ssm_cfg", out var inner) && inner.ValueKind == JsonValueKind.Object
                        && inner.TryGetProperty(name, out value)))
                    continue;
                if (value.ValueKind != JsonValueKind.Null && !isKnown(value))
                    throw CheckpointReader.NotReadable(
                        $"the {FileName} beside it says {name} = {value}, and this library computes a {names.Family} with {needed} alone");
            }
        }
    }

    /// <summary>Whether a value is that number.</summary>
    public static bool Is(JsonElement value, double number)
        => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double given)
            && (given == number || Math.Abs(given - number) < 1e-6 * Math.Abs(number));
}
