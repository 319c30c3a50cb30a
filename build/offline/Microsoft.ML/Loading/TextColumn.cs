// The value parsers of TextLoader (Microsoft.ML.Data.Conversion.Conversions, internal there too).
using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>A column of a text file: where its fields stand, and its value in the current row.</summary>
internal abstract class TextColumn
{
    private protected delegate bool TryParse<T>(ReadOnlyMemory<char> text, out T value);

    internal string Name { get; private init; }

    internal DataViewType Type { get; private init; }

    private protected int[] Fields { get; private init; }

    internal static TextColumn Create(TextLoader.Column column, TextLoader.Options options, Lazy<int> sampleWidth)
    {
        var ranges = column.Source ?? throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' has no source.");
        if (ranges.Any(r => r.AllOther || r.VariableEnd))
            throw Runtime.Unsupported.Member("TextLoader.Range.AllOther and VariableEnd");
        int[] fields = [.. ranges.SelectMany(r => Enumerable.Range(r.Min, (r.Max ?? (r.AutoEnd ? sampleWidth.Value - 1 : r.Min)) - r.Min + 1))];
        bool isVector = fields.Length > 1 || ranges.Any(r => r.ForceVector || r.AutoEnd);
        var item = column.DataKind.ToPrimitiveType();
        if (column.KeyCount is { } count)
            item = new KeyDataViewType(item.RawType, count.Count ?? throw Runtime.Unsupported.Member("KeyCount without a count"));
        DataViewType type = isVector ? new VectorDataViewType(item, fields.Length) : item;

        TextColumn Make<T>(TryParse<T> parse) => isVector
            ? new VectorColumn<T>(parse) { Name = column.Name, Type = type, Fields = fields }
            : new ScalarColumn<T>(parse) { Name = column.Name, Type = type, Fields = fields };
        TextColumn MakeInteger<T>()
            where T : struct, IBinaryInteger<T> => Make(item is KeyDataViewType key ? ParseKey<T>(key.Count) : ParseInteger);
        return column.DataKind switch
        {
            DataKind.SByte => MakeInteger<sbyte>(),
            DataKind.Byte => MakeInteger<byte>(),
            DataKind.Int16 => MakeInteger<short>(),
            DataKind.UInt16 => MakeInteger<ushort>(),
            DataKind.Int32 => MakeInteger<int>(),
            DataKind.UInt32 => MakeInteger<uint>(),
            DataKind.Int64 => MakeInteger<long>(),
            DataKind.UInt64 => MakeInteger<ulong>(),
            DataKind.Single => Make(ParseReal<float>(options)),
            DataKind.Double => Make(ParseReal<double>(options)),
            DataKind.String => Make((ReadOnlyMemory<char> text, out ReadOnlyMemory<char> value) => (value = text).Length >= 0),
            DataKind.Boolean => Make<bool>(ParseBoolean),
            DataKind.DateTime => Make((ReadOnlyMemory<char> text, out DateTime value) =>
                DateTime.TryParse(text.Span, CultureInfo.InvariantCulture, out value) || text.IsEmpty),
            DataKind.DateTimeOffset => Make((ReadOnlyMemory<char> text, out DateTimeOffset value) =>
                DateTimeOffset.TryParse(text.Span, CultureInfo.InvariantCulture, out value) || text.IsEmpty),
            DataKind.TimeSpan => Make((ReadOnlyMemory<char> text, out TimeSpan value) =>
                TimeSpan.TryParse(text.Span, CultureInfo.InvariantCulture, out value) || text.IsEmpty),
            _ => throw new ArgumentOutOfRangeException(nameof(column))
        };
    }

    /// <summary>The same column with a value of its own, for another cursor.</summary>
    internal virtual TextColumn Clone() => (TextColumn)MemberwiseClone();

    internal abstract Delegate MakeGetter();

    internal abstract void Parse(List<TextField> fields, long line);

    private protected T Value<T>(TryParse<T> parse, TextField field, long line)
    {
        if (!field.Valid)
            return default;
        return parse(field.Text, out var value) ? value
            : throw new FormatException($"Parsing failed with an exception: Could not parse value {field.Text} in line {line}, column {Name}");
    }

    // What is no number reads as missing, as the original has it; an empty field is zero unless the options say otherwise.
    private static TryParse<T> ParseReal<T>(TextLoader.Options options)
        where T : struct, IBinaryFloatingPointIeee754<T> => (ReadOnlyMemory<char> text, out T value) =>
    {
        var span = text.Span.Trim();
        if (span.IsEmpty)
            value = options.MissingRealsAsNaNs ? T.NaN : T.Zero;
        else if (options.DecimalMarker != '.')
            value = T.TryParse(span.ToString().Replace(options.DecimalMarker, '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var marked) ? marked : T.NaN;
        else if (span is "∞" or "-∞")
            value = span[0] == '-' ? T.NegativeInfinity : T.PositiveInfinity;
        else
            value = T.TryParse(span, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : T.NaN;
        return true;
    };

    private static bool ParseInteger<T>(ReadOnlyMemory<char> text, out T value)
        where T : struct, IBinaryInteger<T>
    {
        value = default;
        return text.IsEmpty || (text.Span[0] != '+' && T.TryParse(text.Span, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value));
    }

    // Keys are counted from 0 in a file; anything else than such a number reads as missing.
    private static TryParse<T> ParseKey<T>(ulong count)
        where T : struct, IBinaryInteger<T> => (ReadOnlyMemory<char> text, out T value) =>
    {
        bool known = ulong.TryParse(text.Span, NumberStyles.None, CultureInfo.InvariantCulture, out ulong key) && key < count;
        value = known ? T.CreateTruncating(key + 1) : T.Zero;
        return true;
    };

    private static bool ParseBoolean(ReadOnlyMemory<char> text, out bool value)
    {
        string word = text.ToString().ToLowerInvariant();
        value = word is "1" or "+1" or "+" or "t" or "true" or "y" or "yes";
        return value || word is "" or "0" or "-1" or "-" or "f" or "false" or "n" or "no";
    }

    private sealed class ScalarColumn<T>(TryParse<T> parse) : TextColumn
    {
        private T _value;

        internal override Delegate MakeGetter() => (ValueGetter<T>)((ref T value) => value = _value);

        internal override void Parse(List<TextField> fields, long line) =>
            _value = Value(parse, Fields[0] < fields.Count ? fields[Fields[0]] : default(TextField) with { Valid = true }, line);
    }

    private sealed class VectorColumn<T>(TryParse<T> parse) : TextColumn
    {
        private T[] _values = [];
        private int[] _indices = [];
        private int _count;

        internal override TextColumn Clone()
        {
            var clone = (VectorColumn<T>)base.Clone();
            clone._values = new T[Fields.Length];
            clone._indices = new int[Fields.Length];
            return clone;
        }

        internal override Delegate MakeGetter() => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
        {
            // A row with few fields present is a sparse vector, as in the original: users of a vector must not count on its being dense.
            var sparse = new VBuffer<T>(Fields.Length, _count, _values, _indices);
            if (2 * _count > Fields.Length)
                sparse.CopyToDense(ref value);
            else
                sparse.CopyTo(ref value);
        });

        internal override void Parse(List<TextField> fields, long line)
        {
            _count = 0;
            bool emptyIsZero = !parse(default, out var empty) || EqualityComparer<T>.Default.Equals(empty, default);
            for (int i = 0; i < Fields.Length; i++)
            {
                if (Fields[i] >= fields.Count || (emptyIsZero && fields[Fields[i]].Text.IsEmpty))
                    continue;
                _values[_count] = Value(parse, fields[Fields[i]], line);
                _indices[_count++] = i;
            }
        }
    }
}
