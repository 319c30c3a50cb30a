using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Streaming;

/// <summary>
/// The bytes of an engine's state: a fingerprint of its forecaster (the first 8 bytes of SHA-256 of all weights), what is remembered as
/// doubles, and SHA-256 of all before.
/// </summary>
/// <param name="engine">What messages call the engine, with its article.</param>
/// <param name="model">Its forecaster.</param>
/// <param name="count">The number of values that are remembered.</param>
internal sealed class StateSeal(string engine, ForecastModel model, int count)
{
    private const int ValuesStart = sizeof(ulong);

    private ulong? _fingerprint;

    public int Length => ValuesStart + sizeof(double) * count + SHA256.HashSizeInBytes;

    /// <summary>Copies what is remembered, in one part or two.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void Write(Span<byte> destination, ReadOnlySpan<double> first, ReadOnlySpan<double> second = default)
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
    public void Read(ReadOnlySpan<byte> state, Span<double> first, Span<double> second = default)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        bool isWhole = state.Length > ValuesStart + hash.Length;
        if (isWhole)
            SHA256.HashData(state[..^hash.Length], hash);
        if (!isWhole || !hash.SequenceEqual(state[^hash.Length..]))
            throw new InvalidDataException(
                $"These bytes are no saved state of {engine}: they were altered or cut off. Give all bytes that GetState wrote, or "
                + "begin the series anew.");
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
    {
        if (_fingerprint is null)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(MemoryMarshal.AsBytes(model.Weights.AsSpan()));
            if (model.Network is { } network)
                hash.AppendData(MemoryMarshal.AsBytes(network.Model.Parameters.Values));
            _fingerprint = BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset());
        }
        return _fingerprint.Value;
    }
}
