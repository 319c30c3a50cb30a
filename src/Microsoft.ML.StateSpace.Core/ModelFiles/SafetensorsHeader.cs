using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>A tensor of 32-bit floats in a safetensors file; <paramref name="Offset"/> counts floats from the start of the data.</summary>
internal sealed record SafetensorsEntry(string Name, IReadOnlyList<int> Shape, int Offset, int Length);

/// <summary>
/// The head of a safetensors file: 8 bytes with the little-endian length of the header, then the header, JSON padded with spaces to a multiple of 8 bytes:
/// <c>{"__metadata__": {string: string}, name: {"dtype": "F32", "shape": [..], "data_offsets": [begin, end]}}</c>. The data follow, without gaps.
/// </summary>
internal sealed class SafetensorsHeader
{
    private const string MetadataName = "__metadata__";
    private const int LengthBytes = 8;

    /// <summary>The longest header that the reference implementation accepts.</summary>
    private const int LongestHeader = 100_000_000;

    private SafetensorsHeader(byte[] bytes, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<SafetensorsEntry> tensors)
    {
        Bytes = bytes;
        Metadata = metadata;
        Tensors = tensors;
    }

    /// <summary>Length and header as they stand in the file.</summary>
    public byte[] Bytes { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Tensors { get; }

    /// <summary>Floats of data that follow.</summary>
    public int DataLength => Tensors.Count == 0 ? 0 : Tensors[^1].Offset + Tensors[^1].Length;

    /// <summary>The head of a file with these tensors, which must be in the order of their data.</summary>
    public static SafetensorsHeader Create(IReadOnlyDictionary<string, string> metadata, IReadOnlyList<SafetensorsEntry> tensors)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(stackalloc byte[LengthBytes]);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject(MetadataName);
            foreach (var (key, value) in metadata)
                json.WriteString(key, value);
            json.WriteEndObject();
            foreach (var tensor in tensors)
                WriteEntry(json, tensor);
            json.WriteEndObject();
        }
        while (buffer.WrittenCount % 8 != 0)
            buffer.Write(" "u8);
        byte[] bytes = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes, bytes.Length - LengthBytes);
        return new SafetensorsHeader(bytes, metadata, tensors);
    }

    /// <summary>Reads the head and leaves the stream at the first byte of the data.</summary>
    public static SafetensorsHeader Read(Stream stream)
    {
        var prefix = new byte[LengthBytes];
        int read = stream.ReadAtLeast(prefix, LengthBytes, throwOnEndOfStream: false);
        if (read < LengthBytes)
            throw Damage.Truncated($"it ends after {read} of the {LengthBytes} bytes that hold the length of its header");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length is < 2 or > LongestHeader)
            throw Damage.NoModel($"its first {LengthBytes} bytes give {length} as the length of a header, which must be 2 to {LongestHeader}");
        if (stream.CanSeek && stream.Length - stream.Position < (long)length)
            throw Damage.Truncated($"its header should have {length} bytes, but only {stream.Length - stream.Position} follow");
        var bytes = new byte[LengthBytes + (int)length];
        prefix.CopyTo(bytes, 0);
        read = stream.ReadAtLeast(bytes.AsSpan(LengthBytes), (int)length, throwOnEndOfStream: false);
        if (read < (int)length)
            throw Damage.Truncated($"it ends after {read} of the {length} bytes of its header");
        try
        {
            return Parse(bytes);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            throw Damage.NoModel($"its header is no safetensors header ({e.Message.TrimEnd('.')})", e);
        }
    }

    /// <summary>Where the value of a metadata entry stands in <see cref="Bytes"/>, without its quotes.</summary>
    public Range FindMetadata(string key)
    {
        var reader = new Utf8JsonReader(Bytes.AsSpan(LengthBytes));
        bool inside = false;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
                inside = reader.ValueTextEquals(MetadataName);
            else if (inside && reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 2 && reader.ValueTextEquals(key))
            {
                reader.Read();
                int start = LengthBytes + (int)reader.TokenStartIndex + 1;
                return start..(start + reader.ValueSpan.Length);
            }
        }
        throw Damage.NoModel($"its metadata lack '{key}'");
    }

    private static void WriteEntry(Utf8JsonWriter json, SafetensorsEntry tensor)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", "F32");
        json.WriteStartArray("shape");
        foreach (int extent in tensor.Shape)
            json.WriteNumberValue(extent);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue((long)tensor.Offset * sizeof(float));
        json.WriteNumberValue(((long)tensor.Offset + tensor.Length) * sizeof(float));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static SafetensorsHeader Parse(byte[] bytes)
    {
        if (!Utf8.IsValid(bytes.AsSpan(LengthBytes)))
            throw new FormatException("it is not UTF-8");
        using var document = JsonDocument.Parse(bytes.AsMemory(LengthBytes), new JsonDocumentOptions { AllowDuplicateProperties = false });
        var metadata = new Dictionary<string, string>();
        var tensors = new List<SafetensorsEntry>();
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.NameEquals(MetadataName))
                foreach (var entry in property.Value.EnumerateObject())
                    metadata.Add(entry.Name, entry.Value.GetString() ?? throw new FormatException($"the metadata '{entry.Name}' are null"));
            else
                tensors.Add(ParseEntry(property.Name, property.Value));
        }
        tensors = [.. tensors.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.Length)];
        int end = 0;
        foreach (var tensor in tensors)
        {
            if (tensor.Offset != end)
                throw new FormatException(
                    $"tensor '{tensor.Name}' starts at byte {(long)tensor.Offset * sizeof(float)} of the data, {(tensor.Offset < end ? "inside" : "behind the end of")} the one before it, which ends at {(long)end * sizeof(float)}");
            end = checked(tensor.Offset + tensor.Length);
        }
        return new SafetensorsHeader(bytes, metadata, tensors);
    }

    private static SafetensorsEntry ParseEntry(string name, JsonElement entry)
    {
        if (entry.EnumerateObject().Count() != 3)
            throw new FormatException($"tensor '{name}' must have dtype, shape and data_offsets, and nothing else");
        string? type = Member("dtype").GetString();
        if (type != "F32")
            throw new FormatException($"tensor '{name}' has dtype '{type}', but only F32 is known");
        int[] shape = [.. Member("shape").EnumerateArray().Select(extent => extent.GetInt32())];
        long[] offsets = [.. Member("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        int length = shape.Aggregate(1, (product, extent) => extent < 0 ? throw new FormatException($"tensor '{name}' has a negative extent") : checked(product * extent));
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[0] % sizeof(float) != 0 || offsets[1] - offsets[0] != (long)length * sizeof(float))
            throw new FormatException(
                $"tensor '{name}' of shape ({string.Join(", ", shape)}) needs {(long)length * sizeof(float)} bytes, but its data_offsets are ({string.Join(", ", offsets)})");
        return new SafetensorsEntry(name, shape, checked((int)(offsets[0] / sizeof(float))), length);

        JsonElement Member(string member)
            => entry.TryGetProperty(member, out var value) ? value : throw new FormatException($"tensor '{name}' lacks {member}");
    }
}
