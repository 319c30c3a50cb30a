using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Tasks;

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

    /// <summary>The names of columns and classes take less than this.</summary>
    private const int LongestHead = 1 << 26;

    // Payloads of up to so many bytes are read to find out whether it is damage that makes them unreadable.
    private const int SmallRest = 1 << 26;

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

    /// <summary>Reads a payload, which must end where the stream ends.</summary>
    /// <param name="stream">A stream that can seek.</param>
    /// <exception cref="InvalidDataException">
    /// The payload is truncated, altered or of a later version. What it claims is held against the length of the stream, and the model
    /// against its own description, before memory is taken for it.
    /// </exception>
    public static Payload<THead> Read<THead>(Stream stream)
        where THead : class
    {
        var prefix = new byte[HeadStart];
        long start = stream.Position, present = stream.Length - start;
        if (stream.ReadAtLeast(prefix, HeadStart, throwOnEndOfStream: false) < HeadStart)
            throw Damaged($"truncated: {present} bytes are too few for any model");
        int version = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        if (version > Version)
            throw new InvalidDataException(
                $"The state-space step of the model file is newer: its format has version {version}, "
                + $"this library reads versions up to {Version}. Update the package Microsoft.ML.StateSpace.");
        long rest = BinaryPrimitives.ReadInt64LittleEndian(prefix.AsSpan(LengthStart));
        int headLength = BinaryPrimitives.ReadInt32LittleEndian(prefix.AsSpan(BodyStart));
        if (rest > present - BodyStart)
            throw Damaged($"truncated: {rest} bytes were written behind its first {BodyStart}, {present - BodyStart} are there");
        if (version < 1 || rest != present - BodyStart || headLength < 0 || headLength > Math.Min(rest - sizeof(int), LongestHead))
            throw Damaged("altered: the lengths in its first bytes are not those of its parts");
        byte[] json = new byte[headLength];
        stream.ReadExactly(json);
        (THead, TrainedModel)? content = null;
        InvalidDataException? failure = null;
        try
        {
            content = (ReadHead<THead>(json), ModelFile.ReadContent(stream));
            if (stream.Position != stream.Length)
                throw Damaged($"altered: {stream.Length - stream.Position} bytes follow the model");
        }
        catch (InvalidDataException e)
        {
            failure = e;
        }
        // Where the file was damaged, that is what must be said first.
        if ((failure is null || rest <= SmallRest)
            && !Checksum(stream, start).AsSpan().SequenceEqual(prefix.AsSpan(HashStart, SHA256.HashSizeInBytes)))
            throw Damaged("altered: its checksum does not match");
        if (failure is not null)
            throw new InvalidDataException($"The state-space step of the model file cannot be read. {failure.Message}", failure);
        return new Payload<THead>(content!.Value.Item1, content.Value.Item2);
    }

    /// <summary>Holds what a step says about its columns against its model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="task">The task of models of this step.</param>
    /// <param name="input">The column that the model reads.</param>
    /// <param name="outputs">
    /// The number of classes or outputs that the step knows; <see langword="null"/> where the model's number is free.
    /// </param>
    /// <exception cref="InvalidDataException">They do not go together.</exception>
    public static void Require(TrainedModel model, SequenceTask task, SequenceColumn input, int? outputs)
    {
        var options = model.Options;
        string? clash = options.Task != task ? $"its model is one for {options.Task}, and the step for {task}"
            : options.Inputs != input.Channels || (input.Option is int option && option != input.Channels)
                ? $"its model has {options.Inputs} channels, and its column '{input.Name}' {input.Channels}"
            : options.Vocabulary != input.Vocabulary
                ? $"its model has {options.Vocabulary} tokens, and its column '{input.Name}' {input.Vocabulary}"
            : options.HasIntervals != input.IntervalColumnName is not null ? "only one of its model and its columns has time intervals"
            : options.HasPairs != input.SecondName is not null ? "only one of its model and its columns has pairs of sequences"
            : input.WarmUp is < 0 or > HeldStart.Longest || (input.WarmUp > 0 && task.Axis != AnswerAxis.Step)
                ? $"its column '{input.Name}' cannot have a WarmUp of {input.WarmUp}"
            : outputs is int count && options.Outputs != count ? $"its model has {options.Outputs} classes or outputs, and its step {count}"
            : null;
        if (clash is not null)
            throw Damaged($"altered: {clash}");
    }

    private static THead ReadHead<THead>(byte[] json)
        where THead : class
    {
        try
        {
            return ModelJson.Read<THead>(Encoding.UTF8.GetString(json));
        }
        catch (JsonException e)
        {
            throw Damaged($"altered: its columns cannot be understood ({e.Message.TrimEnd('.')})", e);
        }
    }

    private static byte[] Checksum(Stream stream, long start)
    {
        stream.Position = start + LengthStart;
        return SHA256.HashData(stream);
    }

    /// <summary>What is said of a file that cannot be what was written.</summary>
    public static InvalidDataException Damaged(string how, Exception? inner = null)
        => new($"The state-space step of the model file is {how}. Copy the file again, or save the model anew.", inner);
}

/// <summary>What a payload holds: the head of a step and its model.</summary>
internal sealed record Payload<THead>(THead Head, TrainedModel Model);
