using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// The state of a training as a safetensors file, which is written anew after every epoch. It is first written under another name beside
/// the old one and then takes its place, so that the process may be killed at any time.
/// </summary>
internal sealed class CheckpointFile(string path) : ICheckpoint
{
    private const string Format = "Microsoft.ML.StateSpace.Training";
    private static readonly string[] Tensors = ["Values", "First", "Second", "Best"];

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
                ["version"] = ModelFile.Version.ToString(CultureInfo.InvariantCulture),
                ["options"] = ModelJson.Write(identity.Model),
                ["training"] = ModelJson.Write(identity.Training),
                ["data"] = identity.Data,
                ["progress"] = ModelJson.Write(progress),
            },
            [.. Tensors.Select((name, i) => new SafetensorsEntry(name, [length], i * length, length))]);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is string folder)
            Directory.CreateDirectory(folder);
        string next = path + ".next";
        using (var stream = File.Create(next))
        {
            stream.Write(header.Bytes);
            foreach (ReadOnlySpan<float> values in (ReadOnlySpan<float[]>)[state.Engine.Values, state.Engine.First, state.Engine.Second])
                stream.Write(MemoryMarshal.AsBytes(ModelFile.LittleEndian(values)));
            stream.Write(MemoryMarshal.AsBytes(ModelFile.LittleEndian(state.Best.Values)));
        }
        File.Move(next, path, overwrite: true);
    }

    public bool Load(TrainingIdentity identity, TrainingState state)
    {
        if (!File.Exists(path))
            return false;
        try
        {
            Read(identity, state);
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or JsonException or KeyNotFoundException)
        {
            throw new InvalidDataException($"The checkpoint '{path}' cannot be read: {e.Message} Delete it to begin the training anew.", e);
        }
    }

    private void Read(TrainingIdentity identity, TrainingState state)
    {
        using var stream = File.OpenRead(path);
        var header = SafetensorsHeader.Read(stream);
        Require(header, "format", Format, "this is not the checkpoint of a training");
        Require(header, "version", ModelFile.Version.ToString(CultureInfo.InvariantCulture), "another version of the library wrote it");
        Require(header, "options", ModelJson.Write(identity.Model), "its Architecture, or the shape of its data, is another");
        Require(
            header, "training", ModelJson.Write(identity.Training),
            "its TrainingOptions are other ones (a Seed that is set nowhere is another each time)");
        Require(header, "data", identity.Data, "it saw other training sequences");
        var progress = ModelJson.Read<CheckpointProgress>(header.Metadata["progress"]);
        (state.Epoch, state.Engine.Steps, state.FirstLoss, state.Elapsed) =
            (progress.Epoch, progress.Steps, progress.FirstLoss, progress.Elapsed);
        (state.BestEpoch, state.BestLoss, state.BestMetric) = (progress.BestEpoch, progress.BestLoss, progress.BestMetric);
        foreach (Span<float> values in (ReadOnlySpan<float[]>)[state.Engine.Values, state.Engine.First, state.Engine.Second])
            Read(stream, values);
        Read(stream, state.Best.Values);
    }

    private static void Read(Stream stream, Span<float> values)
    {
        stream.ReadExactly(MemoryMarshal.AsBytes(values));
        ModelFile.LittleEndian(values).CopyTo(values);
    }

    private void Require(SafetensorsHeader header, string key, string expected, string otherwise)
    {
        if (header.Metadata.GetValueOrDefault(key) != expected)
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
}
