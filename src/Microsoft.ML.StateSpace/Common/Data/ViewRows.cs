using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Data;

/// <summary>The rows of a data view as sequences with their targets.</summary>
/// <param name="data">The rows.</param>
/// <param name="input">The column with the sequences.</param>
/// <param name="target">The column with the targets.</param>
/// <param name="allowsMissing">Whether a value of a sequence may be missing (NaN).</param>
/// <param name="held">Time steps for which the first one is held before each sequence.</param>
/// <param name="washout">Steps behind the held ones whose targets do not count either, where there are any.</param>
internal sealed class ViewRows(
    IDataView data, SequenceColumn input, TargetColumn target, bool allowsMissing, int held = 0, int washout = 0) : SequenceRows
{
    private IDataView Data => data;

    private SequenceColumn Input => input;

    private TargetColumn Target => target;

    private bool AllowsMissing => allowsMissing;

    private int Held => held;

    private int Washout => washout;

    public override SequenceSet CreateSet() => new(input.Channels, target.Layout, input.IntervalColumnName is not null)
    {
        FeaturesName = $"Column '{input.Name}'", TargetsName = $"Column '{target.Name}'", LeftOut = held == 0 ? 0 : held + washout,
        HasPairs = input.SecondName is not null,
    };

    public override SequenceCursor Open() => new Cursor(this);

    private sealed class Cursor : SequenceCursor
    {
        private readonly ViewRows _rows;
        private readonly SequenceColumn _input;
        private readonly SequenceSet _shape;
        private readonly DataViewRowCursor _cursor;
        private readonly VectorReader _values;
        private readonly VectorReader? _second;
        private readonly SequenceColumn? _secondInput;
        private readonly VectorReader? _intervals;
        private readonly TargetReader _target;
        private readonly bool _allowsMissing;
        private float[] _secondValues = [];
        private long _position = -1;

        public Cursor(ViewRows rows)
        {
            (_rows, _input, _shape, _allowsMissing) = (rows, rows.Input, rows.CreateSet(), rows.AllowsMissing);
            var schema = rows.Data.Schema;
            var features = ColumnCheck.Find(schema, _input.Name);
            var answer = ColumnCheck.Find(schema, rows.Target.Name);
            _secondInput = _input.Second;
            DataViewSchema.Column? intervals = IntervalColumn.In(schema, _input), second = _secondInput?.In(schema);
            _cursor = rows.Data.GetRowCursor(
                [features, answer, .. new[] { intervals, second }.OfType<DataViewSchema.Column>()]);
            _values = RowReaders.Vector(_cursor, features);
            _intervals = intervals is { } times ? RowReaders.Vector(_cursor, times) : null;
            _second = second is { } other ? RowReaders.Vector(_cursor, other) : null;
            _target = rows.Target.Reader(_cursor, answer);
        }

        public override bool MoveNext()
        {
            _position++;
            return _cursor.MoveNext();
        }

        public override void Read(SequenceRow row)
        {
            int count = _values(ref row.Values);
            SequenceReader.CheckSequence(row.Values.AsSpan(0, count), _input, _allowsMissing, _position);
            row.Length = row.Split = count / _input.Channels;
            if (_second is not null)
                ReadSecond(_second, row, count);
            if (_intervals is not null)
            {
                int intervals = _intervals(ref row.Intervals);
                IntervalColumn.CheckValues(row.Intervals.AsSpan(0, intervals), row.Length, _input, _position);
            }
            _target(row, _position);
            HeldStart.Before(row, _shape, _rows.Held, _rows.Washout);
        }

        public override void Dispose() => _cursor.Dispose();

        // Puts the second sequence of a pair behind the first.
        private void ReadSecond(VectorReader read, SequenceRow row, int first)
        {
            int count = read(ref _secondValues);
            var second = _secondValues.AsSpan(0, count);
            SequenceReader.CheckSequence(second, _secondInput!, _allowsMissing, _position);
            if (row.Values.Length < first + count)
                Array.Resize(ref row.Values, first + count);
            second.CopyTo(row.Values.AsSpan(first));
            row.Length += count / _input.Channels;
        }
    }
}
