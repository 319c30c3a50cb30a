// Mirrors Microsoft.ML.Data.TextLoader with Options, Column and Range (package Microsoft.ML, assembly Microsoft.ML.Data).
// Not here: sparse rows, multi-line fields, an escape character of one's own, a header file, ranges of variable end, and the default columns.
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public sealed class TextLoader : IDataLoader<IMultiStreamSource>
{
    private readonly Options _options;
    private readonly TextColumn[] _columns;
    private readonly DataViewSchema _schema;

    internal TextLoader(Options options, IMultiStreamSource dataSample)
    {
        Refuse(options.AllowSparse, nameof(options.AllowSparse));
        Refuse(options.ReadMultilines, nameof(options.ReadMultilines));
        Refuse(options.EscapeChar != '"', nameof(options.EscapeChar));
        Refuse(options.HeaderFile is not null, nameof(options.HeaderFile));
        Refuse(options.InputSize is not null, nameof(options.InputSize));
        Refuse(options.Columns is not { Length: > 0 }, "(no columns)");
        _options = options;
        var sampleWidth = new Lazy<int>(() => SampleWidth(dataSample));
        _columns = [.. options.Columns.Select(c => TextColumn.Create(c, options, sampleWidth))];
        var builder = new DataViewSchema.Builder();
        foreach (var column in _columns)
            builder.AddColumn(column.Name, column.Type);
        _schema = builder.ToSchema();
    }

    public DataViewSchema GetOutputSchema() => _schema;

    public IDataView Load(IMultiStreamSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new View(this, source);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw Unsupported.Member("Saving a TextLoader");

    internal static TextLoader Create<TInput>(Options options, IMultiStreamSource dataSample)
    {
        var columns = new List<Column>();
        var members = SchemaDefinition.Create(typeof(TInput), SchemaDefinition.Direction.Both);
        foreach (var member in members)
        {
            var info = typeof(TInput).GetMember(member.MemberName)[0];
            if (Attribute.GetCustomAttribute(info, typeof(LoadColumnAttribute)) is not LoadColumnAttribute load)
                throw new InvalidOperationException($"{info.MemberType} '{info.Name}' is missing the LoadColumnAttribute attribute");
            var item = SchemaDefinition.ItemTypeOf(info, out _);
            var key = member.ColumnType.ItemTypeOrSelf() as KeyDataViewType;
            columns.Add(new(member.ColumnName, Enum.GetValues<DataKind>().First(k => k.ToPrimitiveType().Equals(item)), load.Sources, key is null ? null : new(key.Count)));
        }
        options.Columns = [.. columns];
        return new(options, dataSample);
    }

    private static void Refuse(bool condition, string option)
    {
        if (condition)
            throw Unsupported.Member($"TextLoader.Options.{option}");
    }

    private int SampleWidth(IMultiStreamSource sample)
    {
        var fields = new List<TextField>();
        if (sample is { Count: > 0 })
        {
            using var lines = new TextLines(sample, _options);
            if (lines.MoveNext())
                lines.Split(fields);
        }
        return fields.Count > 0 ? fields.Count : throw new ArgumentOutOfRangeException("Source", "Can't determine the number of source columns without valid data");
    }

    public class Options
    {
        public bool AllowQuoting;
        public bool AllowSparse;
        public Column[] Columns;
        public char DecimalMarker = '.';
        public char EscapeChar = '"';
        public bool HasHeader;
        public string HeaderFile;
        public int? InputSize;
        public long? MaxRows;
        public bool MissingRealsAsNaNs;
        public bool ReadMultilines;
        public char[] Separators = ['\t'];
        public bool TrimWhitespace;
        public bool UseThreads = true;

        public Options()
        {
        }

        internal Options Copy() => (Options)MemberwiseClone();
    }

    public sealed class Column
    {
        public string Name;
        public Range[] Source;
        public KeyCount KeyCount;

        public Column()
        {
        }

        public Column(string name, DataKind dataKind, int index)
            : this(name, dataKind, [new Range(index)])
        {
        }

        public Column(string name, DataKind dataKind, int minIndex, int maxIndex)
            : this(name, dataKind, [new Range(minIndex, maxIndex)])
        {
        }

        public Column(string name, DataKind dataKind, Range[] source, KeyCount keyCount = null)
        {
            ArgumentNullException.ThrowIfNull(name);
            ArgumentNullException.ThrowIfNull(source);
            Name = name;
            DataKind = dataKind;
            Source = source;
            KeyCount = keyCount;
        }

        public DataKind DataKind { get; set; } = DataKind.Single;
    }

    public sealed class Range
    {
        public int Min;
        public int? Max;
        public bool AllOther;
        public bool AutoEnd;
        public bool ForceVector;
        public bool VariableEnd;

        public Range()
        {
        }

        public Range(int index)
            : this(index, index)
        {
        }

        public Range(int min, int? max)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(min);
            if (max < min)
                throw new ArgumentOutOfRangeException(nameof(max), "If specified, must be greater than or equal to min.");
            Min = min;
            Max = max;
            AutoEnd = max is null;
        }
    }

    private sealed class View(TextLoader loader, IMultiStreamSource source) : IDataView
    {
        public bool CanShuffle => false;

        public DataViewSchema Schema => loader._schema;

        public long? GetRowCount() => null;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) => new Cursor(loader, source, columnsNeeded, 0, 1);

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
            [.. Enumerable.Range(0, Math.Max(n, 1)).Select(part => new Cursor(loader, source, columnsNeeded, part, Math.Max(n, 1)))];
    }

    // The cursors of a set share the rows out in batches; each reads the whole file and parses its own part.
    private sealed class Cursor(TextLoader loader, IMultiStreamSource source, IEnumerable<DataViewSchema.Column> columnsNeeded, int part, int parts)
        : PlainCursor(loader._schema, columnsNeeded)
    {
        private const int BatchSize = 64;

        private readonly TextLines _lines = new(source, loader._options);
        private readonly List<TextField> _fields = [];
        private readonly bool[] _needed = [.. loader._schema.Select(c => columnsNeeded.Any(needed => needed.Index == c.Index))];
        private readonly TextColumn[] _columns = [.. loader._columns.Select(c => c.Clone())];
        private long _row = -1;

        public override long Batch => Math.Max(_row, 0) / BatchSize;

        protected override long RowNumber => _row;

        protected override Delegate MakeGetter(int column) => _columns[column].MakeGetter();

        protected override bool MoveNextCore()
        {
            do
            {
                if (++_row >= (loader._options.MaxRows ?? long.MaxValue) || !_lines.MoveNext())
                    return false;
            }
            while (Batch % parts != part);
            _lines.Split(_fields);
            for (int i = 0; i < _columns.Length; i++)
            {
                if (_needed[i])
                    _columns[i].Parse(_fields, _lines.LineNumber);
            }
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _lines.Dispose();
            base.Dispose(disposing);
        }
    }
}
