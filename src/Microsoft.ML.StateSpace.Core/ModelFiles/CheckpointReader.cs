using System.Buffers.Binary;
using System.Text.Json;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// A tensor of a safetensors file that another program wrote. <paramref name="Begin"/> and <paramref name="End"/> count bytes of the data.
/// </summary>
internal sealed record CheckpointTensor(string Name, string Type, int[] Shape, long Begin, long End);

/// <summary>
/// Reads a safetensors file of another program from front to back, one tensor at a time, so that the file may be larger than memory. It
/// reads F32, F16 and BF16, and returns them as 32-bit floats.
/// </summary>
internal sealed class CheckpointReader
{
    private const int LengthBytes = 8, LongestHeader = 100_000_000;

    private readonly Stream _stream;
    private long _position;

    public CheckpointReader(Stream stream)
    {
        _stream = stream;
        byte[] prefix = ReadBytes(LengthBytes, "the length of its header");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length is < 2 or > LongestHeader)
            throw NotReadable($"its first {LengthBytes} bytes give {length} as the length of a header, which must be 2 to {LongestHeader}");
        byte[] header = ReadBytes((int)length, "its header");
        try
        {
            using var json = JsonDocument.Parse(header);
            Tensors =
            [
                .. json.RootElement.EnumerateObject()
                    .Where(entry => entry.Name != "__metadata__").Select(Parse).OrderBy(tensor => tensor.Begin)
            ];
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or IndexOutOfRangeException)
        {
            throw NotReadable($"its header is no safetensors header ({e.Message.TrimEnd('.')})", e);
        }
        _position = 0;
    }

    /// <summary>All tensors, in the order of their data.</summary>
    public CheckpointTensor[] Tensors { get; }

    /// <summary>Reads the values of a tensor. Tensors must be asked for in the order of their data; some may be left out.</summary>
    public float[] Read(CheckpointTensor tensor)
    {
        while (_position < tensor.Begin)
            ReadBytes((int)Math.Min(tensor.Begin - _position, 1 << 20), "its data");
        int size = tensor.Type == "F32" ? 4 : 2;
        double count = tensor.Shape.Aggregate(1.0, (product, extent) => product * extent);
        if (_position > tensor.Begin || tensor.End - tensor.Begin != count * size || count * size > Array.MaxLength)
            throw NotReadable(
                $"tensor '{tensor.Name}' of shape ({string.Join(", ", tensor.Shape)}) and type {tensor.Type} cannot lie in bytes "
                + $"{tensor.Begin} to {tensor.End}");
        byte[] bytes = ReadBytes((int)(count * size), $"tensor '{tensor.Name}'");
        var values = new float[(int)count];
        for (int i = 0; i < values.Length; i++)
        {
            var at = bytes.AsSpan(i * size, size);
            values[i] = tensor.Type switch
            {
                "F32" => BinaryPrimitives.ReadSingleLittleEndian(at),
                "F16" => (float)BinaryPrimitives.ReadHalfLittleEndian(at),
                // BF16 is the upper half of a float.
                "BF16" => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(at) << 16),
                _ => throw NotReadable($"tensor '{tensor.Name}' has type {tensor.Type}; F32, F16 and BF16 can be read"),
            };
        }
        return values;
    }

    public static InvalidDataException NotReadable(string why, Exception? inner = null)
        => new($"This is no safetensors file that can be read: {why}.", inner);

    private static CheckpointTensor Parse(JsonProperty entry)
    {
        var offsets = entry.Value.GetProperty("data_offsets");
        return new CheckpointTensor(
            entry.Name, entry.Value.GetProperty("dtype").GetString() ?? "",
            [.. entry.Value.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt32())],
            offsets[0].GetInt64(), offsets[1].GetInt64());
    }

    private byte[] ReadBytes(int count, string what)
    {
        var bytes = new byte[count];
        int read = _stream.ReadAtLeast(bytes, count, throwOnEndOfStream: false);
        if (read < count)
            throw NotReadable($"it ends after {read} of {count} bytes of {what}");
        _position += count;
        return bytes;
    }
}
