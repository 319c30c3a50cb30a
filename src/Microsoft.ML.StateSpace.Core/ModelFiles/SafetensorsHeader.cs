using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>A tensor of 32-bit floats in a safetensors file; <paramref name="Offset"/> counts floats from the start of the data.</summary>
internal sealed record SafetensorsEntry(string Name, IReadOnlyList<int> Shape, int Offset, int Length);

/// <summary>
/// The head of a safetensors file: 8 bytes with the little-endian length of the header, then the header. The header is JSON, padded with
/// spaces to a multiple of 8 bytes: <c>{"__metadata__": {string: string}, name: {"dtype": "F32", "shape": [..], "data_offsets": [begin,
/// end]}}</c>. The data follow without gaps.
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

    /// <summary>The length and the header, as they stand in the file.</summary>
    public byte[] Bytes { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors, in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Tensors { get; }

    /// <summary>Floats of data that follow the header.</summary>
    public int DataLength => Tensors.Count == 0 ? 0 : Tensors[^1].Offset + Tensors[^1].Length;

    /// <summary>Makes the head of a file with these tensors, which must be in the order of their data.</summary>
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
            throw Damage.NoModel(
                $"its first {LengthBytes} bytes give {length} as the length of a header, which must be 2 to {LongestHeader}");
        if (stream.CanSeek && stream.Length - stream.Position < (long)length)
            throw Damage.Truncated($"its header should have {length} bytes, but only {stream.Length - stream.Position} follow");
        byte[] text = StreamBytes.Read(stream, (int)length, out read);
        if (read < text.Length)
            throw Damage.Truncated($"it ends after {read} of the {length} bytes of its header");
        byte[] bytes = [.. prefix, .. text];
        try
        {
            return Parse(bytes);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            throw Damage.NoModel($"its header is no safetensors header ({e.Message.TrimEnd('.')})", e);
        }
    }

    /// <summary>Finds where the value of a metadata entry stands in <see cref="Bytes"/>, without its quotes.</summary>
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
        var reader = new Utf8JsonReader(bytes.AsSpan(LengthBytes));
        var metadata = new Dictionary<string, string>();
        var tensors = new List<SafetensorsEntry>();
        var names = new HashSet<string>();
        reader.Read();
        Require(ref reader, JsonTokenType.StartObject, "the header");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!names.Add(name))
                throw Duplicate(name);
            reader.Read();
            Require(ref reader, JsonTokenType.StartObject, $"'{name}'");
            if (name == MetadataName)
                ParseMetadata(ref reader, metadata);
            else
                tensors.Add(ParseEntry(ref reader, name));
        }
        reader.Read();
        CheckTiling(tensors);
        return new SafetensorsHeader(bytes, metadata, tensors);
    }

    private static void ParseMetadata(ref Utf8JsonReader reader, Dictionary<string, string> metadata)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            Require(ref reader, JsonTokenType.String, $"the metadata '{name}'");
            if (!metadata.TryAdd(name, reader.GetString()!))
                throw Duplicate(name);
        }
    }

    /// <summary>Sorts the tensors by the place of their data, and checks that the data have no gaps and no overlaps.</summary>
    private static void CheckTiling(List<SafetensorsEntry> tensors)
    {
        tensors.Sort((a, b) =>
            a.Offset != b.Offset ? a.Offset.CompareTo(b.Offset)
            : a.Length != b.Length ? a.Length.CompareTo(b.Length)
            : string.CompareOrdinal(a.Name, b.Name));
        int end = 0;
        foreach (var tensor in tensors)
        {
            if (tensor.Offset != end)
                throw new FormatException(
                    $"tensor '{tensor.Name}' starts at byte {(long)tensor.Offset * sizeof(float)} of the data, "
                    + $"{(tensor.Offset < end ? "inside" : "behind the end of")} the one before it, "
                    + $"which ends at {(long)end * sizeof(float)}");
            end = checked(tensor.Offset + tensor.Length);
        }
    }

    private static SafetensorsEntry ParseEntry(ref Utf8JsonReader reader, string name)
    {
        string? type = null, other = null;
        List<long>? extents = null, offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string member = reader.GetString()!;
            reader.Read();
            if (member == "dtype" && type is null)
                type = ParseType(ref reader, name);
            else if (member == "shape" && extents is null)
                extents = ParseIntegers(ref reader, name, member);
            else if (member == "data_offsets" && offsets is null)
                offsets = ParseIntegers(ref reader, name, member);
            else
            {
                other = member;
                reader.Skip();
            }
        }
        string? missing = type is null ? "dtype" : extents is null ? "shape" : offsets is null ? "data_offsets" : null;
        if (missing is not null || other is not null)
            throw new FormatException(
                $"tensor '{name}' {(missing is null ? $"has also '{other}'" : $"lacks {missing}")}: it must have dtype, "
                + "shape and data_offsets once, and nothing else");
        int length = 1;
        var shape = new int[extents!.Count];
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = extents[i] >= 0 ? checked((int)extents[i]) : throw new FormatException($"tensor '{name}' has a negative extent");
            length = checked(length * shape[i]);
        }
        if (offsets is not [>= 0 and var begin, var end] || begin % sizeof(float) != 0 || end - begin != (long)length * sizeof(float))
            throw new FormatException(
                $"tensor '{name}' of shape ({string.Join(", ", shape)}) needs {(long)length * sizeof(float)} bytes, "
                + $"but its data_offsets are ({string.Join(", ", offsets!)})");
        return new SafetensorsEntry(name, shape, checked((int)(begin / sizeof(float))), length);
    }

    private static string ParseType(ref Utf8JsonReader reader, string name)
    {
        Require(ref reader, JsonTokenType.String, $"the dtype of tensor '{name}'");
        return reader.GetString() is "F32"
            ? "F32"
            : throw new FormatException($"tensor '{name}' has dtype '{reader.GetString()}', but only F32 is known");
    }

    private static List<long> ParseIntegers(ref Utf8JsonReader reader, string name, string member)
    {
        Require(ref reader, JsonTokenType.StartArray, $"{member} of tensor '{name}'");
        var integers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            integers.Add(reader.GetInt64());
        return integers;
    }

    private static void Require(ref Utf8JsonReader reader, JsonTokenType token, string place)
    {
        if (reader.TokenType != token)
            throw new FormatException($"{place} is {reader.TokenType} where {token} should stand");
    }

    private static FormatException Duplicate(string name) => new($"'{name}' is a duplicate");
}
