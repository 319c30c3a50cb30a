using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Persistence;

/// <summary>
/// The bytes of a transformer in a model file: version (4 bytes), SHA-256 of all that follows, length of the rest (8 bytes), length of the
/// head (4 bytes), the head as JSON (columns, labels), and the model as a <see cref="ModelFile"/>.
/// </summary>
internal static class Payload
{
    /// <summary>
    /// The version of the payload that is written. The library checks it itself, because ML.NET's message about its own version field would
    /// tell the user to update ML.NET.
    /// </summary>
    public const int Version = 1;

    private const int HashStart = sizeof(int);
    private const int LengthStart = HashStart + SHA256.HashSizeInBytes;
    private const int BodyStart = LengthStart + sizeof(long);
    private const int HeadStart = BodyStart + sizeof(int);

    public static byte[] Write<THead>(THead head, TrainedModel model)
        where THead : class
    {
        byte[] json = Encoding.UTF8.GetBytes(ModelJson.Write(head));
        using var stream = new MemoryStream();
        stream.Write(new byte[HeadStart]);
        stream.Write(json);
        ModelFile.Write(stream, model);
        byte[] bytes = stream.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Version);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(LengthStart), bytes.Length - BodyStart);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(BodyStart), json.Length);
        SHA256.HashData(bytes.AsSpan(LengthStart), bytes.AsSpan(HashStart));
        return bytes;
    }

    public static (THead Head, TrainedModel Model) Read<THead>(byte[] bytes)
        where THead : class
    {
        if (bytes.Length < HeadStart)
            throw Damaged($"truncated: {bytes.Length} bytes are too few for any model");
        int version = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (version > Version)
            throw new InvalidDataException(
                $"The state-space step of the model file is newer: its format has version {version}, "
                + $"this library reads versions up to {Version}. Update the package Microsoft.ML.StateSpace.");
        long written = BodyStart + BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(LengthStart));
        if (bytes.Length < written)
            throw Damaged($"truncated: {written} bytes were written, {bytes.Length} are there");
        if (version < 1
            || !SHA256.HashData(bytes.AsSpan(LengthStart)).AsSpan().SequenceEqual(bytes.AsSpan(HashStart, SHA256.HashSizeInBytes)))
            throw Damaged("altered: its checksum does not match");
        int headLength = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(BodyStart));
        var head = ModelJson.Read<THead>(Encoding.UTF8.GetString(bytes.AsSpan(HeadStart, headLength)));
        using var stream = new MemoryStream(bytes, HeadStart + headLength, bytes.Length - HeadStart - headLength, writable: false);
        return (head, ModelFile.Read(stream));
    }

    private static InvalidDataException Damaged(string how)
        => new($"The state-space step of the model file is {how}. Copy the file again, or save the model anew.");
}
