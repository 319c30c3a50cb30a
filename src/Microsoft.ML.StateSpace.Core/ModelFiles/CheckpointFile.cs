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
/// With AdamW its tensors are the parameters, the two moments, and the best parameters. With a method of descent they are the parameters,
/// the best parameters, and the numbers that the method keeps: the 64 bits of each as two places of 32 bits, the lower ones first.
/// </summary>
internal sealed class CheckpointFile(string path) : ICheckpoint
{
    /// <summary>The version of the format that is written, and the only one that is read. Version 1 had no checksum.</summary>
    private const int Version = 2;

    private const string Format = "Microsoft.ML.StateSpace.Training";
    private static readonly string[] Tensors = ["Values", "First", "Second", "Best"];
    private static readonly string[] DescentTensors = ["Values", "Best", "Method"];
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
            Iterations = state.Iterations,
        };
        string[] names = NamesOf(identity);
        ReadOnlyMemory<float>[] arrays = identity.Training.Method is null
            ? [state.Engine.Values, state.Engine.First, state.Engine.Second, state.Best.Values.ToArray()]
            : [state.Engine.Values, state.Best.Values.ToArray(), Halves(state.Engine.Method ?? [])];
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
            [.. names.Select((name, i) => new SafetensorsEntry(name, [arrays[i].Length], checked(i * length), arrays[i].Length))]);
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
        string[] names = NamesOf(identity);
        // What a method keeps has a length that only the method knows.
        int kept = identity.Training.Method is null || header.Tensors.Count == 0 ? 0 : header.Tensors[^1].Length;
        if (kept % 2 != 0 || !header.Tensors.Select(tensor => (tensor.Name, tensor.Length)).SequenceEqual(
            names.Select(name => (name, name == DescentTensors[^1] ? kept : length))))
            throw new InvalidDataException(
                $"It must hold {string.Join(", ", names)} of {length} numbers each, but it holds "
                + $"{string.Join(", ", header.Tensors.Take(8).Select(tensor => $"{tensor.Name} of {tensor.Length}"))}.");
        var progress = ModelJson.Read<CheckpointProgress>(Metadata(header, "progress"));
        progress.Require(identity.Training.Epochs ?? int.MaxValue, isDescent: identity.Training.Method is not null);
        (state.Epoch, state.Engine.Steps, state.FirstLoss, state.Elapsed) =
            (progress.Epoch, progress.Steps, progress.FirstLoss, progress.Elapsed);
        (state.BestEpoch, state.BestLoss, state.BestMetric) = (progress.BestEpoch, progress.BestLoss, progress.BestMetric);
        string engine = Metadata(header, "engine");
        state.OtherEngine = engine == EngineOf(identity) ? null : engine;
        state.Iterations = progress.Iterations;
        stream.Position = header.Bytes.Length;
        Read(stream, state.Engine.Values);
        if (identity.Training.Method is null)
        {
            Read(stream, state.Engine.First);
            Read(stream, state.Engine.Second);
        }
        Read(stream, state.Best.Values);
        if (identity.Training.Method is not null)
        {
            var halves = new float[kept];
            Read(stream, halves);
            state.Engine.Method = Doubles(halves);
        }
    }

    private static string[] NamesOf(TrainingIdentity identity) => identity.Training.Method is null ? Tensors : DescentTensors;

    private static float[] Halves(double[] numbers)
    {
        var halves = new float[2 * numbers.Length];
        var bits = MemoryMarshal.Cast<float, uint>(halves.AsSpan());
        for (int i = 0; i < numbers.Length; i++)
        {
            ulong number = BitConverter.DoubleToUInt64Bits(numbers[i]);
            (bits[2 * i], bits[2 * i + 1]) = ((uint)number, (uint)(number >> 32));
        }
        return halves;
    }

    private static double[] Doubles(float[] halves)
    {
        var numbers = new double[halves.Length / 2];
        var bits = MemoryMarshal.Cast<float, uint>(halves.AsSpan());
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = BitConverter.UInt64BitsToDouble(bits[2 * i] | ((ulong)bits[2 * i + 1] << 32));
        return numbers;
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

    /// <summary>The iterations of a method of descent; <see langword="null"/> with AdamW.</summary>
    public IReadOnlyList<DescentIteration>? Iterations { get; init; }

    /// <summary>Throws where no training of that many epochs can have come so far.</summary>
    public void Require(int epochs, bool isDescent)
    {
        Check(Epoch >= 1 && Epoch <= epochs, nameof(Epoch), Epoch, $"1 to {epochs}");
        Check(Steps >= Epoch && Steps % Epoch == 0, nameof(Steps), Steps, $"a multiple of the {Epoch} epochs");
        // The best epoch may be one of a first method, whose epochs come before.
        Check(BestEpoch >= 0 && (isDescent || BestEpoch <= Epoch), nameof(BestEpoch), BestEpoch, $"0 to {Epoch}");
        int kept = Iterations?.Count ?? 0, needed = isDescent ? Epoch : 0;
        Check(kept == needed, nameof(Iterations), kept, $"{needed}");
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
