using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.ML.StateSpace.ModelFiles;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>
/// The bytes of a table's step in a model file: version (4 bytes), SHA-256 of all that follows, the options as JSON.
/// </summary>
internal static class TablePayload
{
    private const int Version = 1, HeadStart = sizeof(int) + SHA256.HashSizeInBytes;

    /// <summary>Names of columns take less than this.</summary>
    private const int Longest = 1 << 26;

    public static byte[] Write(TableOptions options)
    {
        byte[] json = Encoding.UTF8.GetBytes(
            ModelJson.Write(new Head(options as SequenceTableOptions, options as WindowOptions)));
        byte[] bytes = [.. new byte[HeadStart], .. json];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Version);
        SHA256.HashData(json, bytes.AsSpan(sizeof(int)));
        return bytes;
    }

    /// <exception cref="InvalidDataException">The bytes are truncated, altered or of a later version.</exception>
    public static TableOptions Read(Stream stream)
    {
        long length = stream.Length - stream.Position;
        if (length is < HeadStart or > Longest)
            throw Damaged($"cut short or altered: it has {length} bytes");
        byte[] bytes = new byte[length];
        stream.ReadExactly(bytes);
        int version = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (version > Version)
            throw new InvalidDataException(
                $"The table step of the model file is newer: its format has version {version}, this library reads versions up to {Version}"
                + ". Update the package Microsoft.ML.StateSpace.");
        var json = bytes.AsSpan(HeadStart);
        if (version < 1 || !SHA256.HashData(json).AsSpan().SequenceEqual(bytes.AsSpan(sizeof(int), SHA256.HashSizeInBytes)))
            throw Damaged("altered: its checksum does not match");
        try
        {
            var head = ModelJson.Read<Head>(Encoding.UTF8.GetString(json));
            var options = (TableOptions?)head.Sequences ?? head.Windows ?? throw Damaged("altered: it has no options");
            options.Validate();
            return options;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw Damaged($"altered: its options cannot be understood ({e.Message.TrimEnd('.')})", e);
        }
    }

    private static InvalidDataException Damaged(string how, Exception? inner = null)
        => new($"The table step of the model file is {how}. Copy the file again, or save the model anew.", inner);

    private sealed record Head(SequenceTableOptions? Sequences, WindowOptions? Windows);
}
