using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Scoring;
using Microsoft.ML.StateSpace.Tables;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>A forecaster of whole histories, bound to a schema. The first columns of the output are those of the input.</summary>
internal sealed class HistoryMapper : IRowToRowMapper
{
    private readonly int[] _outputs;

    public HistoryMapper(HistoryColumns columns, ForecastingOptions options, ForecastModel model, DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        (Model, InputSchema) = (model, inputSchema);
        var shape = model.Shape;
        History = columns.HistoryIn(inputSchema, shape.Width);
        Ahead = columns.AheadIn(inputSchema, shape.AheadWidth);
        var type = shape.Targets == 1 ? new VectorDataViewType(NumberDataViewType.Single, shape.Horizon)
            : new VectorDataViewType(NumberDataViewType.Single, shape.Horizon, shape.Targets);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        string?[] names = options.OutputNames();
        _outputs = [.. Enumerable.Range(0, names.Length).Where(i => names[i] is not null)];
        foreach (int output in _outputs)
            builder.AddColumn(names[output]!, type);
        OutputSchema = builder.ToSchema();
    }

    public ForecastModel Model { get; }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public DataViewSchema.Column History { get; }

    public DataViewSchema.Column? Ahead { get; }

    /// <summary>The columns that are made, each with its place among forecasts, lower and upper bounds.</summary>
    public IEnumerable<(DataViewSchema.Column Column, int Output)> Outputs
        => _outputs.Select((output, i) => (OutputSchema[InputSchema.Count + i], output));

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        bool[] active = ActiveColumns.Of(OutputSchema, dependingColumns);
        bool forecasts = NeedsForecasts(active);
        return InputSchema.Where(
            column => active[column.Index] || (forecasts && (column.Index == History.Index || column.Index == Ahead?.Index)));
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != InputSchema)
            throw new ArgumentException("The row must have the very schema that the mapper was made for.", nameof(input));
        return new HistoryRow(this, input, ActiveColumns.Of(OutputSchema, activeColumns));
    }

    public bool NeedsForecasts(bool[] active) => active.AsSpan(InputSchema.Count).Contains(true);

    /// <summary>A getter of a column of the output, active or of the input.</summary>
    public ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column, bool[] active, DataViewRow input, HistoryAnswers? answers)
    {
        GetterCheck.Active(active, column);
        return column.Index < InputSchema.Count ? input.GetGetter<TValue>(InputSchema[column.Index])
            : GetterCheck.Typed<TValue>(answers!.Getter(_outputs[column.Index - InputSchema.Count]), column);
    }
}
