// Mirrors Microsoft.ML.Data.CompositeRowToRowMapper (internal there too): one mapper made of a chain of mappers.
namespace Microsoft.ML.Data;

internal sealed class CompositeRowToRowMapper(DataViewSchema inputSchema, IRowToRowMapper[] mappers) : IRowToRowMapper
{
    public DataViewSchema InputSchema { get; } = inputSchema;

    public DataViewSchema OutputSchema { get; } = mappers.Length == 0 ? inputSchema : mappers[^1].OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        mappers.Reverse().Aggregate(dependingColumns, (columns, mapper) => mapper.GetDependencies(columns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != InputSchema)
            throw new ArgumentOutOfRangeException(nameof(input), "Schema of input row must be the same as the schema the mapper is bound to");
        var active = new IEnumerable<DataViewSchema.Column>[mappers.Length + 1];
        active[mappers.Length] = activeColumns;
        for (int i = mappers.Length - 1; i >= 0; i--)
            active[i] = mappers[i].GetDependencies(active[i + 1]);
        foreach (var column in active[0])
        {
            if (!input.IsColumnActive(column))
                throw new ArgumentOutOfRangeException(nameof(input), $"Mapper required column '{column.Name}' active but it was not.");
        }
        var row = input;
        for (int i = 0; i < mappers.Length; i++)
            row = mappers[i].GetRow(row, active[i + 1]);
        return row;
    }
}
