using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Persistence;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>
/// The bytes of a forecaster in a model file (<see cref="SealedBytes"/>): length of the head (4 bytes), the head as JSON (options and
/// sizes), and doubles: scales, weights, half widths of intervals.
/// </summary>
internal static class ForecastPayload
{
    private const int HeadStart = sizeof(int);

    private static readonly SealedBytes Bytes = new("forecasting step", version: 1, Array.MaxLength);

    public static byte[] Write(ForecastingOptions options, ForecastModel model)
    {
        byte[] json = Encoding.UTF8.GetBytes(ModelJson.Write(new Head(options, model.Shape)));
        double[][] parts = [.. Parts(model.Scales, model.Shape.IsIrregular), model.Weights, model.HalfWidths];
        byte[] bytes = new byte[HeadStart + json.Length + sizeof(double) * parts.Sum(part => (long)part.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, json.Length);
        json.CopyTo(bytes, HeadStart);
        var rest = bytes.AsSpan(HeadStart + json.Length);
        foreach (double[] part in parts)
        {
            foreach (double value in part)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(rest, value);
                rest = rest[sizeof(double)..];
            }
        }
        return Bytes.Write(bytes);
    }

    /// <exception cref="InvalidDataException">The bytes are truncated, altered or of a later version.</exception>
    public static (ForecastingOptions Options, ForecastModel Model) Read(Stream stream)
    {
        var content = Bytes.Read(stream);
        int headLength = content.Length < HeadStart ? -1 : BinaryPrimitives.ReadInt32LittleEndian(content);
        if (headLength < 0 || headLength > content.Length - HeadStart)
            throw Bytes.Damaged("altered: the length of its head is not that of its parts");
        var head = ReadHead(content.Slice(HeadStart, headLength));
        return (head.Options, ReadModel(head.Shape, content[(HeadStart + headLength)..]));
    }

    private static IEnumerable<double[]> Parts(ForecastScales scales, bool isIrregular)
        => [scales.Ratio, scales.Floor, scales.Mean, scales.Deviation, isIrregular ? [scales.Interval] : []];

    private static Head ReadHead(ReadOnlySpan<byte> json)
    {
        try
        {
            var head = ModelJson.Read<Head>(Encoding.UTF8.GetString(json));
            if (head.Options is null || head.Shape is null)
                throw Bytes.Damaged("altered: it has no options");
            head.Options.Validate();
            var shape = head.Shape;
            bool fits = shape.Horizon == head.Options.Horizon && shape.Targets is >= 1 and <= ForecastingOptions.MostTargets
                && shape.Trained >= 0 && shape.Trained < shape.Horizon && shape.KnownSoFar >= 0 && shape.KnownAhead >= 0
                && shape.Statics >= 0 && (shape.HasIntervals || !shape.IsIrregular)
                && shape.Season is >= 0 and <= ForecastingOptions.MostSeason;
            return fits ? head : throw Bytes.Damaged("altered: the sizes of its model are not those of its options");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw Bytes.Damaged($"altered: its options cannot be understood ({e.Message.TrimEnd('.')})", e);
        }
    }

    private static ForecastModel ReadModel(ForecastShape shape, ReadOnlySpan<byte> bytes)
    {
        Int128 outputs = (Int128)shape.Horizon * shape.Targets, equations = (Int128)shape.Equations * shape.Targets;
        Int128 covariates = (Int128)shape.KnownSoFar + shape.KnownAhead + shape.Statics;
        int intervals = shape.IsIrregular ? 1 : 0;
        // The count of covariates is held against the bytes first, because all other sizes follow from it.
        if (covariates * sizeof(double) > bytes.Length
            || (2 * shape.Targets + 2 * covariates + intervals + equations * shape.Features + outputs) * sizeof(double) != bytes.Length)
            throw Bytes.Damaged("altered: it has not the number of weights that its sizes ask for");
        double[] all = new double[bytes.Length / sizeof(double)];
        for (int i = 0; i < all.Length; i++)
            all[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(i * sizeof(double))..]);
        if (!all.All(double.IsFinite))
            throw Bytes.Damaged("altered: a weight is not finite");
        int place = 0;
        double[] Next(Int128 count) => all[place..(place += (int)count)];
        var scales = new ForecastScales(Next(shape.Targets), Next(shape.Targets), Next(covariates), Next(covariates),
            shape.IsIrregular ? Next(1)[0] : 1);
        if (!scales.Floor.Concat(scales.Deviation).Append(scales.Interval).All(value => value > 0))
            throw Bytes.Damaged("altered: a scale is not positive");
        return new ForecastModel(shape, scales, Next(equations * shape.Features), Next(outputs));
    }

    private sealed record Head(ForecastingOptions Options, ForecastShape Shape);
}
