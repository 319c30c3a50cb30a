using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Data;

namespace Microsoft.ML.StateSpace.Scoring;

/// <summary>
/// A transformer bound to a schema. It says which columns the transformer adds and what they depend on. The first columns of the output are
/// those of the input.
/// </summary>
internal sealed class SequenceRowMapper : IRowToRowMapper
{
    private readonly DataViewSchema.Column? _intervals, _measured, _second;

    public SequenceRowMapper(SequenceTransformer transformer, DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        InputSchema = inputSchema;
        Transformer = transformer;
        Input = transformer.Input.In(inputSchema);
        _intervals = IntervalColumn.In(inputSchema, transformer.Input);
        _second = transformer.Input.Second?.In(inputSchema);
        Scorer = transformer.Scorer;
        _measured = Scorer.Initial?.In(inputSchema);
        Outputs = transformer.MakeOutputs(inputSchema, Input);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumns(Outputs.Select(o => o.Column));
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    /// <summary>The step.</summary>
    public SequenceTransformer Transformer { get; }

    /// <summary>The column that holds the sequence.</summary>
    public DataViewSchema.Column Input { get; }

    public SequenceScorer Scorer { get; }

    public IReadOnlyList<OutputColumn> Outputs { get; }

    /// <summary>Makes a reader of a row's sequence, or of both of a pair, and of its time intervals if the model takes them.</summary>
    public Action<ScoredRow> Reader(DataViewRow row)
    {
        var read = RowReaders.Vector(row, Input);
        var readIntervals = _intervals is { } column ? RowReaders.Vector(row, column) : null;
        var readMeasured = _measured is { } measured ? RowReaders.Vector(row, measured) : null;
        var readSecond = _second is { } second ? RowReaders.Vector(row, second) : null;
        return scored =>
        {
            scored.ValueCount = read(ref scored.ValueBuffer);
            scored.SecondCount = readSecond?.Invoke(ref scored.SecondBuffer) ?? 0;
            scored.IntervalCount = readIntervals?.Invoke(ref scored.IntervalBuffer) ?? 0;
            scored.MeasuredCount = readMeasured?.Invoke(ref scored.MeasuredBuffer) ?? 0;
        };
    }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        bool[] active = Active(dependingColumns);
        bool scored = NeedsScores(active);
        return InputSchema.Where(c => active[c.Index]
            || (scored && (c.Index == Input.Index || c.Index == _intervals?.Index || c.Index == _measured?.Index
                || c.Index == _second?.Index)));
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != InputSchema)
            throw new ArgumentException("The row must have the very schema that the mapper was made for.", nameof(input));
        return new ScoringRow(this, input, Active(activeColumns));
    }

    /// <summary>Returns for each column of the output whether it is active.</summary>
    public bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        bool[] active = new bool[OutputSchema.Count];
        foreach (var column in columns)
        {
            if (column.Index >= active.Length || OutputSchema[column.Index].Name != column.Name)
                throw new ArgumentException($"Column '{column.Name}' is not of this schema.", nameof(columns));
            active[column.Index] = true;
        }
        return active;
    }

    public bool NeedsScores(bool[] active) => active.AsSpan(InputSchema.Count).Contains(true);

    /// <summary>Returns the getters of the added columns. The getter of an inactive column is <see langword="null"/>.</summary>
    public Delegate?[] MakeGetters(bool[] active, ScoresOfRow scores)
        => [.. Outputs.Select((output, i) => active[InputSchema.Count + i] ? output.MakeGetter(scores) : null)];
}
