using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Microsoft.ML.StateSpace.Persistence;

/// <summary>What a step without a network keeps in a model file: a version (4 bytes), SHA-256 of all that follows, the content.</summary>
/// <param name="step">What messages call the step.</param>
/// <param name="version">The version of the content.</param>
/// <param name="longest">The most bytes that are read.</param>
internal sealed class SealedBytes(string step, int version, long longest)
{
    private const int HashStart = sizeof(int), ContentStart = HashStart + SHA256.HashSizeInBytes;

    public byte[] Write(ReadOnlySpan<byte> content)
    {
        byte[] bytes = new byte[ContentStart + content.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, version);
        SHA256.HashData(content, bytes.AsSpan(HashStart));
        content.CopyTo(bytes.AsSpan(ContentStart));
        return bytes;
    }

    /// <summary>Reads the content.</summary>
    /// <exception cref="InvalidDataException">The bytes are truncated, altered or of a later version.</exception>
    public ReadOnlySpan<byte> Read(Stream stream)
    {
        long length = stream.Length - stream.Position;
        if (length < ContentStart || length > longest)
            throw Damaged($"cut short or altered: it has {length} bytes");
        byte[] bytes = new byte[length];
        stream.ReadExactly(bytes);
        int given = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (given > version)
            throw new InvalidDataException(
                $"The {step} of the model file is newer: its format has version {given}, this library reads versions up to {version}"
                + ". Update the package Microsoft.ML.StateSpace.");
        var content = bytes.AsSpan(ContentStart);
        if (given < 1 || !SHA256.HashData(content).AsSpan().SequenceEqual(bytes.AsSpan(HashStart, SHA256.HashSizeInBytes)))
            throw Damaged("altered: its checksum does not match");
        return content;
    }

    public InvalidDataException Damaged(string how, Exception? inner = null)
        => new($"The {step} of the model file is {how}. Copy the file again, or save the model anew.", inner);
}
