using System.Runtime.InteropServices;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>safetensors files by which the peer gets the very parameters and inputs that we use.</summary>
internal static class TensorFile
{
    public static void Write(string path, params (string Name, int[] Shape, float[] Values)[] tensors)
    {
        int offset = 0;
        var entries = new List<SafetensorsEntry>();
        foreach (var (name, shape, values) in tensors)
        {
            entries.Add(new SafetensorsEntry(name, shape, offset, values.Length));
            offset += values.Length;
        }
        using var file = File.Create(path);
        file.Write(SafetensorsHeader.Create(new Dictionary<string, string>(), entries).Bytes);
        foreach (var (_, _, values) in tensors)
            file.Write(MemoryMarshal.AsBytes<float>(values));
    }

    public static Dictionary<string, float[]> Read(string path)
    {
        using var file = File.OpenRead(path);
        var header = SafetensorsHeader.Read(file);
        var tensors = new Dictionary<string, float[]>();
        foreach (var entry in header.Tensors)
        {
            var values = new float[entry.Length];
            file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            tensors.Add(entry.Name, values);
        }
        return tensors;
    }

    /// <summary>All parameters of a set.</summary>
    public static (string Name, int[] Shape, float[] Values)[] Of(ParameterSet set)
        => [.. set.Parameters.Select(p => (p.Name, p.Shape.ToArray(), p.Of(set.Values).ToArray()))];
}
