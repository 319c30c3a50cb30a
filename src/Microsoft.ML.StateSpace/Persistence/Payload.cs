using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Persistence;

/// <summary>
/// The bytes of a transformer in a model file: SHA-256 of the rest, length of the rest (8 bytes), length of the head (4 bytes),
/// the head as JSON (columns, labels), the model as a <see cref="ModelFile"/>.
/// </summary>
internal static class Payload
{
    private const int HashSize = SHA256.HashSizeInBytes;
    private const int BodyStart = HashSize + sizeof(long);

    public static byte[] Write<THead>(THead head, TrainedModel model)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(head);
        using var stream = new MemoryStream();
        stream.Write(new byte[BodyStart + sizeof(int)]);
        stream.Write(json);
        ModelFile.Write(stream, model);
        byte[] bytes = stream.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(HashSize), bytes.Length - BodyStart);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(BodyStart), json.Length);
        SHA256.HashData(bytes.AsSpan(HashSize), bytes);
        return bytes;
    }

    public static (THead Head, TrainedModel Model) Read<THead>(byte[] bytes)
    {
        if (bytes.Length < BodyStart + sizeof(int))
            throw Damaged($"truncated: {bytes.Length} bytes are too few for any model");
        long body = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(HashSize));
        if (bytes.Length < BodyStart + body)
            throw Damaged($"truncated: {BodyStart + body} bytes were written, {bytes.Length} are there");
        if (!SHA256.HashData(bytes.AsSpan(HashSize)).AsSpan().SequenceEqual(bytes.AsSpan(0, HashSize)))
            throw Damaged("altered: its checksum does not match");
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(BodyStart));
        int start = BodyStart + sizeof(int);
        var head = JsonSerializer.Deserialize<THead>(bytes.AsSpan(start, length))
            ?? throw Damaged("altered: its description is empty");
        using var stream = new MemoryStream(bytes, start + length, bytes.Length - start - length, writable: false);
        return (head, ModelFile.Read(stream));
    }

    private static InvalidDataException Damaged(string how)
        => new($"The state-space step of the model file is {how}. Copy the file again, or save the model anew.");
}
