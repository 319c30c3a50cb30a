using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Persistence;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>
/// The bytes of a detector of anomalies in a model file (<see cref="SealedBytes"/>): length of the head (4 bytes), the head as JSON (the
/// options), length of the forecaster (4 bytes), the forecaster (<see cref="ForecastPayload"/>), and for each target the length of the rest
/// (4 bytes) and, as doubles, the typical size of errors and the errors.
/// </summary>
internal static class AnomalyPayload
{
    private static readonly SealedBytes Bytes = new("anomaly step", version: 1, Array.MaxLength);

    public static byte[] Write(AnomalyModel model)
    {
        using var stream = new MemoryStream();
        Append(stream, Encoding.UTF8.GetBytes(ModelJson.Write(model.Options)));
        Append(stream, ForecastPayload.Write(model.Options.Forecaster, model.Forecaster));
        foreach (var levels in model.Levels)
        {
            double[] values = [levels.Typical, .. levels.Sorted];
            byte[] bytes = new byte[sizeof(double) * values.Length];
            for (int i = 0; i < values.Length; i++)
                BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(sizeof(double) * i), values[i]);
            Append(stream, bytes);
        }
        return Bytes.Write(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    /// <exception cref="InvalidDataException">The bytes are truncated, altered or of a later version.</exception>
    public static AnomalyModel Read(Stream stream)
    {
        var content = Bytes.Read(stream);
        var options = ReadOptions(Next(ref content));
        using var part = new MemoryStream(Next(ref content).ToArray());
        var (columns, forecaster) = ForecastPayload.Read(part);
        if (ModelJson.Write(columns) != ModelJson.Write(options.Forecaster))
            throw Bytes.Damaged("altered: its forecaster has other options");
        var levels = new ErrorLevels[forecaster.Shape.Targets];
        for (int j = 0; j < levels.Length; j++)
            levels[j] = ReadLevels(Next(ref content));
        return content.IsEmpty ? new AnomalyModel(options, forecaster, levels)
            : throw Bytes.Damaged($"altered: {content.Length} bytes follow its last part");
    }

    private static void Append(MemoryStream stream, byte[] part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        stream.Write(length);
        stream.Write(part);
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> content)
    {
        int length = content.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(content);
        if (length < 0 || length > content.Length - sizeof(int))
            throw Bytes.Damaged("altered: the lengths of its parts are not those that are there");
        var part = content.Slice(sizeof(int), length);
        content = content[(sizeof(int) + length)..];
        return part;
    }

    private static AnomalyOptions ReadOptions(ReadOnlySpan<byte> json)
    {
        try
        {
            var options = ModelJson.Read<AnomalyOptions>(Encoding.UTF8.GetString(json));
            options.Validate();
            return options;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw Bytes.Damaged($"altered: its options cannot be understood ({e.Message.TrimEnd('.')})", e);
        }
    }

    private static ErrorLevels ReadLevels(ReadOnlySpan<byte> bytes)
    {
        double[] values = new double[bytes.Length / sizeof(double)];
        for (int i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(sizeof(double) * i)..]);
        bool isSound = values.Length is > 1 and <= ErrorLevels.Most + 1 && values.Length * sizeof(double) == bytes.Length
            && values.All(double.IsFinite) && values[0] >= 0;
        double[] sorted = isSound ? values[1..] : [];
        return isSound && sorted.Zip(sorted.Skip(1), (one, next) => one <= next).All(isOrdered => isOrdered)
            ? new ErrorLevels(values[0], sorted) : throw Bytes.Damaged("altered: the errors of a target are not in order");
    }
}
