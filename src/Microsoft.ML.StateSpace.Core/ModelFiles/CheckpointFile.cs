using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// The state of a training as a safetensors file, which is written anew after every epoch, see <see cref="AtomicFile"/>: the process may be
/// killed at any time. Its metadata hold, among others, a checksum, the SHA-256 of the whole file with 64 zeros in place of the checksum.
/// </summary>
internal sealed class CheckpointFile(string path) : ICheckpoint
{
    /// <summary>The version of the format that is written, and the only one that is read. Version 1 had no checksum.</summary>
    private const int Version = 2;

    private const string Format = "Microsoft.ML.StateSpace.Training";
    private static readonly string[] Tensors = ["Values", "First", "Second", "Best"];
    private static readonly string NoChecksum = new('0', 2 * SHA256.HashSizeInBytes);

    public void Save(TrainingIdentity identity, TrainingState state)
    {
        int length = state.Best.Values.Length;
        var progress = new CheckpointProgress
        {
            Epoch = state.Epoch,
            Steps = state.Engine.Steps,
            BestEpoch = state.BestEpoch,
            BestLoss = state.BestLoss,
            BestMetric = state.BestMetric,
            FirstLoss = state.FirstLoss,
            Elapsed = state.Elapsed,
        };
        var header = SafetensorsHeader.Create(
            new Dictionary<string, string>
            {
                ["format"] = Format,
                ["version"] = Version.ToString(CultureInfo.InvariantCulture),
                ["checksum"] = NoChecksum,
                ["engine"] = EngineOf(identity),
                ["options"] = ModelJson.Write(identity.Model),
                ["training"] = ModelJson.Write(identity.Training),
                ["data"] = identity.Data,
                ["progress"] = ModelJson.Write(progress),
            },
            [.. Tensors.Select((name, i) => new SafetensorsEntry(name, [length], checked(i * length), length))]);
        ReadOnlyMemory<float>[] arrays = [state.Engine.Values, state.Engine.First, state.Engine.Second, state.Best.Values.ToArray()];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header.Bytes);
        foreach (var values in arrays)
            hash.AppendData(MemoryMarshal.AsBytes(ModelFile.LittleEndian(values.Span)));
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()), header.Bytes.AsSpan(header.FindMetadata("checksum")));
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header.Bytes);
            foreach (var values in arrays)
                stream.Write(MemoryMarshal.AsBytes(ModelFile.LittleEndian(values.Span)));
        });
    }

    public bool Load(TrainingIdentity identity, TrainingState state)
    {
        RequireWritable();
        AtomicFile.RemoveLeftovers(path);
        if (!File.Exists(path))
            return false;
        try
        {
            Read(identity, state);
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or JsonException)
        {
            throw new InvalidDataException($"The checkpoint '{path}' cannot be read: {e.Message} Delete it to begin the training anew.", e);
        }
    }

    private void Read(TrainingIdentity identity, TrainingState state)
    {
        using var stream = File.OpenRead(path);
        var header = SafetensorsHeader.Read(stream);
        if (Metadata(header, "format") != Format)
            throw new InvalidDataException("It is not the checkpoint of a training.");
        if (Metadata(header, "version") != Version.ToString(CultureInfo.InvariantCulture))
            throw new InvalidDataException(
                $"Its format has version {Metadata(header, "version")}, and only version {Version} can be read: "
                + "another version of the library wrote it.");
        CheckChecksum(stream, header);
        Require(Metadata(header, "options"), ModelJson.Write(identity.Model), "its Architecture, or the shape of its data, is another");
        Require(
            Metadata(header, "training"), ModelJson.Write(identity.Training),
            "its TrainingOptions are other ones (a Seed that is set nowhere is another each time)");
        Require(Metadata(header, "data"), identity.Data, "it saw other training sequences");
        int length = state.Best.Values.Length;
        if (!header.Tensors.Select(tensor => (tensor.Name, tensor.Length)).SequenceEqual(Tensors.Select(name => (name, length))))
            throw new InvalidDataException(
                $"It must hold {string.Join(", ", Tensors)} of {length} numbers each, but it holds "
                + $"{string.Join(", ", header.Tensors.Take(8).Select(tensor => $"{tensor.Name} of {tensor.Length}"))}.");
        var progress = ModelJson.Read<CheckpointProgress>(Metadata(header, "progress"));
        progress.Require(identity.Training.Epochs ?? int.MaxValue);
        (state.Epoch, state.Engine.Steps, state.FirstLoss, state.Elapsed) =
            (progress.Epoch, progress.Steps, progress.FirstLoss, progress.Elapsed);
        (state.BestEpoch, state.BestLoss, state.BestMetric) = (progress.BestEpoch, progress.BestLoss, progress.BestMetric);
        string engine = Metadata(header, "engine");
        state.OtherEngine = engine == EngineOf(identity) ? null : engine;
        stream.Position = header.Bytes.Length;
        foreach (var values in (float[][])[state.Engine.Values, state.Engine.First, state.Engine.Second])
            Read(stream, values);
        Read(stream, state.Best.Values);
    }

    private static void CheckChecksum(Stream stream, SafetensorsHeader header)
    {
        long expected = header.Bytes.Length + (long)header.DataLength * sizeof(float);
        if (stream.Length != expected)
            throw new InvalidDataException($"It has {stream.Length} bytes where {expected} were written.");
        byte[] head = [.. header.Bytes];
        var place = head.AsSpan(header.FindMetadata("checksum"));
        if (place.Length != NoChecksum.Length)
            throw new InvalidDataException("Its checksum is none.");
        string checksum = Encoding.ASCII.GetString(place);
        Encoding.ASCII.GetBytes(NoChecksum, place);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head);
        var part = new byte[Math.Min(1 << 20, Math.Max(1, expected - head.Length))];
        while (stream.Read(part) is > 0 and int read)
            hash.AppendData(part.AsSpan(0, read));
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != checksum)
            throw new InvalidDataException("It was altered: its content does not match its checksum.");
    }

    private void RequireWritable()
    {
        try
        {
            AtomicFile.RequireWritable(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"The checkpoint '{path}' cannot be written: {e.Message} "
                + "Give TrainingOptions.CheckpointPath a file in a folder that can be written to.", e);
        }
    }

    private static string EngineOf(TrainingIdentity identity) => identity.Training.Engine?.ToString() ?? "the managed engine";

    private static void Read(Stream stream, Span<float> values)
    {
        stream.ReadExactly(MemoryMarshal.AsBytes(values));
        ModelFile.LittleEndian(values).CopyTo(values);
    }

    private static string Metadata(SafetensorsHeader header, string key)
        => header.Metadata.GetValueOrDefault(key) ?? throw new InvalidDataException($"Its metadata lack '{key}'.");

    private void Require(string found, string expected, string otherwise)
    {
        if (found != expected)
        {
            throw new InvalidOperationException(
                $"The checkpoint '{path}' is of another training: {otherwise}. Give TrainingOptions.CheckpointPath another file, "
                + "or delete this one to begin anew.");
        }
    }
}

/// <summary>How far a training has come.</summary>
internal sealed record CheckpointProgress
{
    public required int Epoch { get; init; }

    public required int Steps { get; init; }

    public required int BestEpoch { get; init; }

    public double? BestLoss { get; init; }

    public double? BestMetric { get; init; }

    public required double FirstLoss { get; init; }

    public required TimeSpan Elapsed { get; init; }

    /// <summary>Throws where no training of that many epochs can have come so far.</summary>
    public void Require(int epochs)
    {
        Check(Epoch >= 1 && Epoch <= epochs, nameof(Epoch), Epoch, $"1 to {epochs}");
        Check(Steps >= Epoch && Steps % Epoch == 0, nameof(Steps), Steps, $"a multiple of the {Epoch} epochs");
        Check(BestEpoch >= 0 && BestEpoch <= Epoch, nameof(BestEpoch), BestEpoch, $"0 to {Epoch}");
        Check(double.IsFinite(FirstLoss), nameof(FirstLoss), FirstLoss, "a finite number");
        Check(Elapsed >= TimeSpan.Zero, nameof(Elapsed), Elapsed, "no negative time");
    }

    private static void Check(bool holds, string name, object value, string allowed)
    {
        if (!holds)
            throw new InvalidDataException(
                string.Create(CultureInfo.InvariantCulture, $"Its {name} is {value}, which must be {allowed}."));
    }
}
