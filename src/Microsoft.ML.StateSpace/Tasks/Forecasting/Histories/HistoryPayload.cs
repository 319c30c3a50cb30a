using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Persistence;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>
/// The bytes of a forecaster of histories in a model file (<see cref="SealedBytes"/>): length of the head (4 bytes), the head as JSON (the
/// columns), and the forecaster (<see cref="ForecastPayload"/>).
/// </summary>
internal static class HistoryPayload
{
    private const int HeadStart = sizeof(int);

    private static readonly SealedBytes Bytes = new("forecasting step of histories", version: 1, Array.MaxLength);

    public static byte[] Write(HistoryColumns columns, ForecastingOptions options, ForecastModel model)
    {
        byte[] json = Encoding.UTF8.GetBytes(ModelJson.Write(columns)), forecaster = ForecastPayload.Write(options, model);
        byte[] bytes = new byte[HeadStart + json.Length + forecaster.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, json.Length);
        json.CopyTo(bytes, HeadStart);
        forecaster.CopyTo(bytes, HeadStart + json.Length);
        return Bytes.Write(bytes);
    }

    /// <exception cref="InvalidDataException">The bytes are truncated, altered or of a later version.</exception>
    public static Content Read(Stream stream)
    {
        var content = Bytes.Read(stream);
        int headLength = content.Length < HeadStart ? -1 : BinaryPrimitives.ReadInt32LittleEndian(content);
        if (headLength < 0 || headLength > content.Length - HeadStart)
            throw Bytes.Damaged("altered: the length of its head is not that of its parts");
        var columns = ReadColumns(content.Slice(HeadStart, headLength));
        using var rest = new MemoryStream(content[(HeadStart + headLength)..].ToArray());
        var (options, model) = ForecastPayload.Read(rest);
        return (columns.Ahead is null ? model.Shape.KnownAhead == 0 : model.Shape.AheadWidth > 0) ? new Content(columns, options, model)
            : throw Bytes.Damaged("altered: its columns are not those of its forecaster");
    }

    private static HistoryColumns ReadColumns(ReadOnlySpan<byte> json)
    {
        try
        {
            var columns = ModelJson.Read<HistoryColumns>(Encoding.UTF8.GetString(json));
            return !string.IsNullOrEmpty(columns.History) && columns.Ahead != "" ? columns
                : throw Bytes.Damaged("altered: a column has no name");
        }
        catch (JsonException e)
        {
            throw Bytes.Damaged($"altered: its columns cannot be understood ({e.Message.TrimEnd('.')})", e);
        }
    }

    /// <summary>What the bytes hold.</summary>
    public sealed record Content(HistoryColumns Columns, ForecastingOptions Options, ForecastModel Model);
}
