using System.Runtime.InteropServices;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>Writes a model under the names of a family, as 32-bit floats.</summary>
internal static class CheckpointSaving
{
    public static void Write(Stream stream, PublicNames names, TrainedModel model)
    {
        var entries = CheckpointLoading.Entries(names, model.Options, model.Parameters.Find);
        entries.RemoveAll(entry => entry.Otherwise is float value && IsAll(value, entry, model));
        int offset = 0;
        var tensors = new List<SafetensorsEntry>();
        foreach (var entry in entries)
        {
            tensors.Add(new SafetensorsEntry(entry.Name, entry.Shape, offset, entry.Length));
            offset = checked(offset + entry.Length);
        }
        // PyTorch programs require this entry before they read a file.
        stream.Write(SafetensorsHeader.Create(new Dictionary<string, string> { ["format"] = "pt" }, tensors).Bytes);
        foreach (var entry in entries)
        {
            var values = new float[entry.Length];
            values.AsSpan().Fill(entry.Filler);
            foreach (var part in entry.Parts)
                part.Write(model.Parameters, values);
            stream.Write(MemoryMarshal.AsBytes(ModelFile.LittleEndian(values)));
        }
    }

    private static bool IsAll(float value, CheckpointEntry entry, TrainedModel model)
        => entry.Parts.All(part => !part.Parameter.Of(model.Parameters.Values).ContainsAnyExcept(value));
}
