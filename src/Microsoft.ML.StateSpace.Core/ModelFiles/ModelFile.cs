using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// A trained model as one safetensors file. It holds the parameters by name. Under <c>__metadata__</c> it holds the format version, the
/// options and the training summary as JSON, the group of each parameter, and a checksum. The checksum is the SHA-256, in lower-case
/// hexadecimal, of the whole file with 64 zeros in place of the checksum.
/// </summary>
public static class ModelFile
{
    /// <summary>The version of the format that is written. A file of a later version is refused.</summary>
    public const int Version = 1;

    internal const string Format = "Microsoft.ML.StateSpace";

    // Up to so many floats of data are read to find out whether it is damage that makes the rest of a file unreadable.
    private const int SmallData = 1 << 22;

    private const string NoChecksum = "0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>Writes a model at the current position of a stream.</summary>
    public static void Write(Stream stream, TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(model);
        var parameters = model.Parameters.Parameters;
        var header = SafetensorsHeader.Create(
            new Dictionary<string, string>
            {
                ["format"] = Format,
                ["version"] = Version.ToString(CultureInfo.InvariantCulture),
                ["checksum"] = NoChecksum,
                ["options"] = ModelJson.Write(model.Options),
                ["summary"] = ModelJson.Write(model.Summary),
                ["groups"] = ModelJson.Write(parameters.ToDictionary(p => p.Name, p => p.Group.ToString())),
            },
            [.. parameters.Select(p => new SafetensorsEntry(p.Name, p.Shape, p.Offset, p.Length))]);
        byte[] data = MemoryMarshal.AsBytes(LittleEndian(model.Parameters.Values)).ToArray();
        Encoding.ASCII.GetBytes(Checksum(header.Bytes, data), header.Bytes.AsSpan(header.FindMetadata("checksum")));
        stream.Write(header.Bytes);
        stream.Write(data);
    }

    /// <summary>Reads a model from the current position of a stream, and not a byte beyond it.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is truncated, altered, of a later version, or not a model; or its parameters are not those of the network that it
    /// describes, or not finite numbers. The message says which. Nothing of the size that a file claims is made before the claims agree
    /// with each other and, where the stream can seek, with the bytes that are there.
    /// </exception>
    public static TrainedModel Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            return ReadContent(stream);
        }
        catch (InvalidDataException e) when (stream is FileStream file)
        {
            throw new InvalidDataException($"'{file.Name}' cannot be read. {e.Message}", e);
        }
    }

    /// <summary>As <see cref="Read"/>, where the name of the file is not the one that the user knows.</summary>
    internal static TrainedModel ReadContent(Stream stream)
    {
        var header = SafetensorsHeader.Read(stream);
        CheckFormat(header);
        CheckLength(stream, header);
        SequenceModel network;
        Parameter[] parameters;
        TrainingSummary summary;
        try
        {
            (network, parameters, summary) = ReadMetadata(header);
        }
        catch (InvalidDataException) when (header.DataLength <= SmallData)
        {
            // Where the file was damaged, that is what must be said first.
            CheckChecksum(header, ReadData(stream, header));
            throw;
        }
        byte[] data = ReadData(stream, header);
        CheckChecksum(header, data);
        var set = new ParameterSet(parameters);
        LittleEndian(MemoryMarshal.Cast<byte, float>(data)).CopyTo(set.Values);
        CheckFinite(set);
        CheckPrepared(network, set);
        return new TrainedModel(network.Options, set, summary);
    }

    private static (SequenceModel Network, Parameter[] Parameters, TrainingSummary Summary) ReadMetadata(SafetensorsHeader header)
    {
        try
        {
            var options = ModelJson.Read<SequenceModelOptions>(Metadata(header, "options"));
            var groups = ModelJson.Read<Dictionary<string, string>>(Metadata(header, "groups"));
            var parameters = new Parameter[header.Tensors.Count];
            for (int i = 0; i < parameters.Length; i++)
            {
                var tensor = header.Tensors[i];
                parameters[i] = new Parameter(tensor.Name, tensor.Shape, GroupOf(tensor.Name, groups), tensor.Offset);
            }
            return (NetworkCheck.Require(options, parameters), parameters, ModelJson.Read<TrainingSummary>(Metadata(header, "summary")));
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            throw Damage.Altered($"its metadata cannot be understood ({e.Message.TrimEnd('.')})", e);
        }
    }

    private static string Metadata(SafetensorsHeader header, string key)
        => header.Metadata.GetValueOrDefault(key) ?? throw Damage.NoModel($"its metadata lack '{key}'");

    private static void CheckFormat(SafetensorsHeader header)
    {
        if (Metadata(header, "format") is var format && format != Format)
            throw Damage.NoModel($"its format is '{format}', not '{Format}'");
        if (!int.TryParse(Metadata(header, "version"), NumberStyles.None, CultureInfo.InvariantCulture, out int version) || version < 1)
            throw Damage.NoModel($"its version is '{Metadata(header, "version")}', which is no version of the format");
        if (version > Version)
            throw Damage.Newer($"its format has version {version}, this library reads versions up to {Version}");
    }

    private static void CheckLength(Stream stream, SafetensorsHeader header)
    {
        long length = (long)header.DataLength * sizeof(float);
        if (length > Array.MaxLength)
            throw Damage.Altered($"its parameters would fill {length} bytes, more than a model can have");
        if (stream.CanSeek && stream.Length - stream.Position < length)
            throw Damage.Truncated($"its parameters should have {length} bytes, but only {stream.Length - stream.Position} follow");
    }

    private static byte[] ReadData(Stream stream, SafetensorsHeader header)
    {
        byte[] data = StreamBytes.Read(stream, header.DataLength * sizeof(float), out int read);
        return read == data.Length
            ? data
            : throw Damage.Truncated($"it ends after {read} of the {header.DataLength * sizeof(float)} bytes of its parameters");
    }

    private static void CheckFinite(ParameterSet set)
    {
        if (Reductions.IsFinite(set.Values))
            return;
        foreach (var parameter in set.Parameters)
            foreach (float value in parameter.Of(set.Values))
                if (!float.IsFinite(value))
                    throw new InvalidDataException(
                        $"The parameter '{parameter.Name}' of the model file holds {value}, which is no finite number, "
                        + "so the model cannot answer anything: its training had diverged. Train it anew with a smaller LearningRate.");
    }

    // What follows from the parameters must be finite too: poles, step sizes, tables.
    private static void CheckPrepared(SequenceModel network, ParameterSet set)
    {
        var prepared = new float[network.Layout.PreparedLength];
        network.Prepare(new(set.Values, prepared));
        if (!Reductions.IsFinite(prepared))
            throw new InvalidDataException(
                "The poles, step sizes or matrices that follow from the parameters of the model file are no finite numbers, so the model "
                + "cannot answer anything: its training had diverged. Train it anew with a smaller LearningRate.");
    }

    private static void CheckChecksum(SafetensorsHeader header, byte[] data)
    {
        string checksum = Metadata(header, "checksum");
        var place = header.FindMetadata("checksum");
        byte[] head = [.. header.Bytes];
        if (head[place].Length == NoChecksum.Length)
            Encoding.ASCII.GetBytes(NoChecksum, head.AsSpan(place));
        if (Checksum(head, data) != checksum)
            throw Damage.Altered("its content does not match its checksum");
    }

    private static string Checksum(byte[] header, byte[] data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        hash.AppendData(data);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static ParameterGroup GroupOf(string parameter, Dictionary<string, string> groups)
    {
        if (!groups.TryGetValue(parameter, out string? group))
            throw new JsonException($"parameter '{parameter}' has no group");
        return Array.IndexOf(Enum.GetNames(typeof(ParameterGroup)), group) >= 0
            ? (ParameterGroup)Enum.Parse(typeof(ParameterGroup), group)
            : throw new JsonException($"parameter '{parameter}' is of the unknown group '{group}'");
    }

    /// <summary>Converts values to the byte order of the file, or back.</summary>
    internal static ReadOnlySpan<float> LittleEndian(ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
            return values;
        var reversed = new float[values.Length];
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<float, int>(values), MemoryMarshal.Cast<float, int>(reversed.AsSpan()));
        return reversed;
    }
}
