using System.Globalization;
using System.Text;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.ModelFiles;

namespace Microsoft.ML.StateSpace.TimeSeriesFiles;

/// <summary>
/// Writes the rows of a view as a <c>.ts</c> file. A first pass over the rows finds what the header says of them, a second one writes them,
/// so that views of any size are written in the memory of one row.
/// </summary>
internal sealed class TsWriter
{
    private readonly IDataView _data;
    private readonly SequenceColumn _input;
    private readonly TsLabel? _label;

    public TsWriter(IDataView data, string featureColumnName, string? labelColumnName, string? intervalColumnName, int? channels)
    {
        _data = data;
        _input = SequenceColumn.Of(ColumnCheck.Find(data.Schema, featureColumnName), channels, nameof(channels))
            with { IntervalColumnName = intervalColumnName };
        if (_input.Vocabulary > 0)
            throw new InvalidOperationException(
                $"Column '{featureColumnName}' holds keys, and a .ts file holds numbers. Write it with mlContext.Data.SaveAsText.");
        _label = labelColumnName is null ? null : TsLabel.Of(ColumnCheck.Find(data.Schema, labelColumnName));
    }

    public void Write(string path)
    {
        var (rows, length, isEqual, hasMissing) = Look();
        AtomicFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), bufferSize: 1 << 16, leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine($"@problemName {ProblemName(path)}");
            writer.WriteLine($"@timeStamps {Flag(_input.IntervalColumnName is not null)}");
            writer.WriteLine($"@missing {Flag(hasMissing)}");
            writer.WriteLine($"@univariate {Flag(_input.Channels == 1)}");
            writer.WriteLine(FormattableString.Invariant($"@dimensions {_input.Channels}"));
            writer.WriteLine($"@equalLength {Flag(isEqual)}");
            if (isEqual && rows > 0)
                writer.WriteLine(FormattableString.Invariant($"@seriesLength {length}"));
            writer.WriteLine(_label?.Header ?? "@classLabel false");
            writer.WriteLine("@data");
            var line = new StringBuilder();
            Walk((values, intervals, label, _) =>
            {
                line.Clear();
                for (int c = 0; c < _input.Channels; c++)
                    AppendDimension(line.Append(c == 0 ? "" : ":"), values, intervals, c);
                if (_label is not null)
                    line.Append(':').Append(label);
                writer.Write(line);
                writer.Write('\n');
            });
        });
    }

    private (long Rows, int Length, bool IsEqual, bool HasMissing) Look()
    {
        long rows = 0;
        int length = 0;
        bool isEqual = true, hasMissing = false;
        Walk((values, _, _, row) =>
        {
            int steps = values.Length / _input.Channels;
            SequenceReader.CheckFinite(values, _input.Name, _input.Channels, row, allowsMissing: true);
            if (steps == 0)
                throw new InvalidOperationException(
                    $"Row {row}: column '{_input.Name}' holds an empty sequence, which a .ts file has no way to write. "
                    + "Drop the empty ones with mlContext.Data.FilterByCustomPredicate.");
            isEqual &= rows == 0 || steps == length;
            (rows, length) = (rows + 1, steps);
            foreach (float value in values)
                hasMissing |= float.IsNaN(value);
        });
        return (rows, length, isEqual, hasMissing);
    }

    private delegate void Visit(ReadOnlySpan<float> values, ReadOnlySpan<float> intervals, string label, long row);

    private void Walk(Visit visit)
    {
        var features = ColumnCheck.Find(_data.Schema, _input.Name);
        var times = IntervalColumn.In(_data.Schema, _input);
        List<DataViewSchema.Column> needed = [features];
        if (times is { } column)
            needed.Add(column);
        if (_label is not null)
            needed.Add(_label.Column);
        using var cursor = _data.GetRowCursor(needed);
        var read = RowReaders.Vector(cursor, features);
        var readTimes = times is { } intervals ? RowReaders.Vector(cursor, intervals) : null;
        var readLabel = _label?.Reader(cursor) ?? (_ => "");
        float[] values = [], buffer = [];
        for (long row = 0; cursor.MoveNext(); row++)
        {
            int count = read(ref values), known = readTimes?.Invoke(ref buffer) ?? 0;
            SequenceReader.CheckDivides(count, _input, row);
            if (readTimes is not null)
                IntervalColumn.CheckValues(buffer.AsSpan(0, known), count / _input.Channels, _input, row);
            visit(values.AsSpan(0, count), buffer.AsSpan(0, known), readLabel(row), row);
        }
    }

    // Stamps are sums of the intervals behind the first step, which stands at 0.
    private void AppendDimension(StringBuilder line, ReadOnlySpan<float> values, ReadOnlySpan<float> intervals, int channel)
    {
        double stamp = 0;
        for (int t = 0; t < values.Length / _input.Channels; t++)
        {
            if (t > 0)
                line.Append(',');
            if (!intervals.IsEmpty)
                line.Append('(').Append((stamp += t == 0 ? 0 : intervals[t]).ToString("R", CultureInfo.InvariantCulture)).Append(',');
            line.Append(TsLabel.Number(values[t * _input.Channels + channel]));
            if (!intervals.IsEmpty)
                line.Append(')');
        }
    }

    private static string Flag(bool value) => value ? "true" : "false";

    // A word: a header is cut at spaces.
    private static string ProblemName(string path)
        => string.Join('_', Path.GetFileNameWithoutExtension(path).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
