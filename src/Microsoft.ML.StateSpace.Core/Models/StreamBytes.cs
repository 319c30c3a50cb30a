using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// The bytes of a saved stream: steps (8 bytes), fingerprint of the parameters (8 bytes), the state as floats, and the SHA-256 of all that;
/// numbers are little-endian. All streams of a model share one of these, so its parameters are hashed once.
/// </summary>
/// <param name="parameters">The parameters of the model.</param>
internal sealed class StreamBytes(ParameterSet parameters)
{
    private const int HeaderBytes = 2 * sizeof(long), ChecksumBytes = SHA256.HashSizeInBytes;

    // The fingerprint is computed when a state is first saved or restored, so that streams which do neither start without that work.
    private readonly Lazy<ulong> _fingerprint = new(
        () => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(MemoryMarshal.AsBytes(parameters.Values))));

    /// <summary>Bytes of a state of that many floats.</summary>
    public static int Length(int floats) => HeaderBytes + sizeof(float) * floats + ChecksumBytes;

    /// <summary>Writes the first <see cref="Length"/> bytes.</summary>
    public void Write(long steps, ReadOnlySpan<float> state, Span<byte> destination)
    {
        destination = destination[..Length(state.Length)];
        BinaryPrimitives.WriteInt64LittleEndian(destination, steps);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[sizeof(long)..], _fingerprint.Value);
        for (int i = 0; i < state.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(destination[(HeaderBytes + sizeof(float) * i)..], state[i]);
        SHA256.HashData(destination[..^ChecksumBytes], destination[^ChecksumBytes..]);
    }

    /// <summary>
    /// Reads what <see cref="Write"/> wrote. Where it is the state of another model it is not read, and the answer is
    /// <see langword="false"/>.
    /// </summary>
    /// <exception cref="InvalidDataException">It is no saved state, or a damaged one. Nothing is assigned.</exception>
    public bool TryRead(ReadOnlySpan<byte> source, Span<float> state, ref long steps)
    {
        if (source.Length < HeaderBytes + ChecksumBytes)
            throw Damaged($"it has {source.Length} bytes, and a state of this model has {Length(state.Length)}");
        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        SHA256.HashData(source[..^ChecksumBytes], checksum);
        if (!checksum.SequenceEqual(source[^ChecksumBytes..]))
            throw Damaged("its content does not match its checksum");
        if (source.Length != Length(state.Length) || BinaryPrimitives.ReadUInt64LittleEndian(source[sizeof(long)..]) != _fingerprint.Value)
            return false;
        long count = BinaryPrimitives.ReadInt64LittleEndian(source);
        if (count < 0)
            throw Damaged($"it counts {count} steps");
        steps = count;
        for (int i = 0; i < state.Length; i++)
            state[i] = BinaryPrimitives.ReadSingleLittleEndian(source[(HeaderBytes + sizeof(float) * i)..]);
        return true;
    }

    private static InvalidDataException Damaged(string why)
        => new(
            $"These bytes are no saved state of a stream: {why}. They were altered, cut off, or saved by an earlier version "
            + "of the library. Give all bytes that GetState wrote, or begin the stream anew.");
}
