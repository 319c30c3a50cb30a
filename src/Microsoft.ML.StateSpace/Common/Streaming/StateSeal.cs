using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Microsoft.ML.StateSpace.Streaming;

/// <summary>
/// The bytes of an engine's state: a fingerprint of its model (8 bytes), what is remembered as doubles, and SHA-256 of all before.
/// </summary>
/// <param name="engine">What messages call the engine.</param>
/// <param name="weights">The weights of its model.</param>
/// <param name="count">The number of values that are remembered.</param>
internal sealed class StateSeal(string engine, double[] weights, int count)
{
    private const int ValuesStart = sizeof(ulong);

    private ulong? _fingerprint;

    public int Length => ValuesStart + sizeof(double) * count + SHA256.HashSizeInBytes;

    /// <summary>Copies what is remembered, in two parts.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void Write(Span<byte> destination, ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        if (destination.Length < Length)
            throw new ArgumentException(
                $"The state of this model has {Length} bytes, but the destination only {destination.Length}. Make it StateLength long.",
                nameof(destination));
        destination = destination[..Length];
        BinaryPrimitives.WriteUInt64LittleEndian(destination, Fingerprint());
        for (int i = 0; i < count; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(
                destination[(ValuesStart + sizeof(double) * i)..], i < first.Length ? first[i] : second[i - first.Length]);
        SHA256.HashData(destination[..^SHA256.HashSizeInBytes], destination[^SHA256.HashSizeInBytes..]);
    }

    /// <summary>Assigns what is remembered.</summary>
    /// <exception cref="ArgumentException">The bytes are the state of another model. Nothing is assigned.</exception>
    /// <exception cref="InvalidDataException">The bytes are no state, or a damaged one. Nothing is assigned.</exception>
    public void Read(ReadOnlySpan<byte> state, Span<double> first, Span<double> second)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        bool isWhole = state.Length > ValuesStart + hash.Length;
        if (isWhole)
            SHA256.HashData(state[..^hash.Length], hash);
        if (!isWhole || !hash.SequenceEqual(state[^hash.Length..]))
            throw new InvalidDataException(
                $"These bytes are no saved state of an engine of this kind ({engine}): they were altered or cut off. Give all bytes that "
                + "GetState wrote, or begin the series anew.");
        if (state.Length != Length || BinaryPrimitives.ReadUInt64LittleEndian(state) != Fingerprint())
            throw new ArgumentException(
                "This is the state of another model. Give SetState the bytes that GetState of an engine of the very same model wrote.",
                nameof(state));
        for (int i = 0; i < count; i++)
        {
            double value = BinaryPrimitives.ReadDoubleLittleEndian(state[(ValuesStart + sizeof(double) * i)..]);
            if (i < first.Length)
                first[i] = value;
            else
                second[i - first.Length] = value;
        }
    }

    private ulong Fingerprint()
        => _fingerprint ??= BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(MemoryMarshal.AsBytes(weights.AsSpan())));
}
