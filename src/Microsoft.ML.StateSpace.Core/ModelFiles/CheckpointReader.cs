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
    private const string Metadata = "__metadata__";
    private const int LengthBytes = 8, LongestHeader = 100_000_000;

    private readonly Stream _stream;
    private readonly string? _format;
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
            if (json.RootElement.TryGetProperty(Metadata, out var metadata) && metadata.TryGetProperty("format", out var format))
                _format = format.GetString();
            Tensors =
            [
                .. json.RootElement.EnumerateObject()
                    .Where(entry => entry.Name != Metadata).Select(Parse).OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.End)
            ];
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or IndexOutOfRangeException)
        {
            throw NotReadable($"its header is no safetensors header ({e.Message.TrimEnd('.')})", e);
        }
        CheckPlaces();
        _position = 0;
    }

    /// <summary>What the metadata of a safetensors file call its format; <see langword="null"/> where they do not.</summary>
    public static string? FormatOf(Stream stream) => new CheckpointReader(stream)._format;

    /// <summary>All tensors, in the order of their data. No two have the same name, and none lies in another.</summary>
    public CheckpointTensor[] Tensors { get; }

    /// <summary>Reads the values of a tensor. Tensors must be asked for in the order of their data; some may be left out.</summary>
    public float[] Read(CheckpointTensor tensor)
    {
        while (_position < tensor.Begin)
            ReadBytes((int)Math.Min(tensor.Begin - _position, 1 << 20), "its data");
        int size = SizeOf(tensor);
        byte[] bytes = ReadBytes((int)(tensor.End - tensor.Begin), $"tensor '{tensor.Name}'");
        var values = new float[bytes.Length / size];
        for (int i = 0; i < values.Length; i++)
        {
            var at = bytes.AsSpan(i * size, size);
            values[i] = tensor.Type switch
            {
                "F16" => (float)BinaryPrimitives.ReadHalfLittleEndian(at),
                // BF16 is the upper half of a float.
                "BF16" => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(at) << 16),
                _ => BinaryPrimitives.ReadSingleLittleEndian(at),
            };
            if (!float.IsFinite(values[i]))
                throw NotReadable($"tensor '{tensor.Name}' holds {values[i]} at place {i}, which is no finite number");
        }
        return values;
    }

    /// <summary>Throws where a tensor is of a type that cannot be read, or its shape does not fill the bytes that it claims.</summary>
    public static void Require(CheckpointTensor tensor)
    {
        int size = SizeOf(tensor);
        double bytes = tensor.Shape.Aggregate((double)size, (product, extent) => product * extent);
        if (tensor.End - tensor.Begin != bytes || bytes > Array.MaxLength)
            throw NotReadable(
                $"tensor '{tensor.Name}' of shape ({string.Join(", ", tensor.Shape)}) and type {tensor.Type} cannot lie in bytes "
                + $"{tensor.Begin} to {tensor.End}");
    }

    public static InvalidDataException NotReadable(string why, Exception? inner = null)
        => new($"This is no safetensors file that can be read: {why}.", inner);

    private static CheckpointTensor Parse(JsonProperty entry)
    {
        var offsets = entry.Value.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2)
            throw new FormatException($"the data_offsets of '{entry.Name}' are not two");
        return new CheckpointTensor(
            entry.Name, entry.Value.GetProperty("dtype").GetString() ?? "",
            [.. entry.Value.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt32())],
            offsets[0].GetInt64(), offsets[1].GetInt64());
    }

    private void CheckPlaces()
    {
        var names = new HashSet<string>();
        long end = 0;
        foreach (var tensor in Tensors)
        {
            if (!names.Add(tensor.Name))
                throw NotReadable($"it holds '{tensor.Name}' twice");
            if (tensor.Begin < end || tensor.End < tensor.Begin || tensor.Shape.Any(extent => extent < 0))
                throw NotReadable(
                    $"tensor '{tensor.Name}' of shape ({string.Join(", ", tensor.Shape)}) claims bytes {tensor.Begin} to {tensor.End}, "
                    + $"where the tensor before it ends at {end}");
            end = tensor.End;
        }
        if (_stream.CanSeek && _stream.Length - _stream.Position < end)
            throw NotReadable($"it ends after {_stream.Length - _stream.Position} of {end} bytes of its data");
    }

    private static int SizeOf(CheckpointTensor tensor) => tensor.Type switch
    {
        "F32" => 4,
        "F16" or "BF16" => 2,
        _ => throw NotReadable(
            $"tensor '{tensor.Name}' has type {tensor.Type}, but only F32, F16 and BF16 can be read; convert it, in PyTorch with .float()"),
    };

    private byte[] ReadBytes(int count, string what)
    {
        if (_stream.CanSeek && _stream.Length - _stream.Position < count)
            throw NotReadable($"it ends after {_stream.Length - _stream.Position} of {count} bytes of {what}");
        byte[] bytes = StreamBytes.Read(_stream, count, out int read);
        if (read < count)
            throw NotReadable($"it ends after {read} of {count} bytes of {what}");
        _position += count;
        return bytes;
    }
}
