using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Data;

namespace Microsoft.ML.StateSpace.TimeSeriesFiles;

/// <summary>How the label of a row is written into a <c>.ts</c> file: as one of the classes of its header, or as a number.</summary>
internal sealed class TsLabel
{
    private readonly string[]? _classes;

    private TsLabel(DataViewSchema.Column column, string[]? classes)
    {
        Column = column;
        _classes = classes;
        for (int i = 0; i < classes?.Length; i++)
        {
            if (classes[i].Length == 0 || classes[i] == "?" || classes[i].Any(c => char.IsWhiteSpace(c) || c is ':' or '(' or ')'))
                throw new InvalidOperationException(
                    $"Column '{column.Name}' has the class '{classes[i]}', which a .ts file cannot name: white space, ':', '(' and ')' "
                    + "separate there, and '?' is a missing class. Map it to another name first, for instance with "
                    + "mlContext.Transforms.Conversion.MapValue.");
        }
    }

    public DataViewSchema.Column Column { get; }

    /// <summary>The line of the header.</summary>
    public string Header => _classes is null ? "@targetLabel true" : $"@classLabel true {string.Join(' ', _classes)}";

    public static TsLabel Of(DataViewSchema.Column column) => column.Type switch
    {
        KeyDataViewType key => new(column, LabelValues.Of(column)?.Texts ?? Numbers(column, key)),
        BooleanDataViewType => new(column, ["False", "True"]),
        NumberDataViewType { RawType: var raw } when raw == typeof(float) => new(column, null),
        _ => throw ColumnCheck.WrongType(
            column.Name, $"{column.Type}", "a key, a Boolean, or a Single",
            column.Type is TextDataViewType ? $"Make it keys with mlContext.Transforms.Conversion.MapValueToKey(\"{column.Name}\")."
                : ColumnCheck.MakeSingle(column.Name, column.Type)),
    };

    /// <summary>A number as the shortest text that is read as the same number; <c>?</c> where it is missing.</summary>
    public static string Number(float value) => float.IsNaN(value) ? "?" : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Makes a reader of the label of the cursor's current row, whose number it takes for messages.</summary>
    public Func<long, string> Reader(DataViewRow cursor)
    {
        if (_classes is { } classes)
        {
            var read = RowReaders.Class(cursor, Column);
            return _ => read() is >= 0 and var label ? classes[label] : "?";
        }
        var getter = cursor.GetGetter<float>(Column);
        return row =>
        {
            float value = 0;
            getter(ref value);
            return !float.IsInfinity(value) ? Number(value) : throw new InvalidOperationException(
                $"Row {row}: column '{Column.Name}' is infinite. Replace such a label first, or drop the row with "
                + $"mlContext.Data.FilterRowsByColumn(data, \"{Column.Name}\", upperBound: double.MaxValue).");
        };
    }

    private static string[] Numbers(DataViewSchema.Column column, KeyDataViewType key)
        => key.Count <= 1_000_000
            ? [.. Enumerable.Range(1, (int)key.Count).Select(i => i.ToString(CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException(
                $"Column '{column.Name}' has keys up to {key.Count} without key values, more classes than a header can name. Make the keys "
                + "with mlContext.Transforms.Conversion.MapValueToKey.");
}
