// Mirrors Microsoft.ML.DataOperationsCatalog (package Microsoft.ML, assembly Microsoft.ML.Data): LoadFromEnumerable and CreateEnumerable.
using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, SchemaDefinition schemaDefinition = null)
        where TRow : class
    {
        ArgumentNullException.ThrowIfNull(data);
        return new EnumerableView<TRow>(data, schemaDefinition ?? SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Read));
    }

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, DataViewSchema schema)
        where TRow : class
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(schema);
        return new EnumerableView<TRow>(data, DefinitionFrom<TRow>(schema));
    }

    public IEnumerable<TRow> CreateEnumerable<TRow>(
        IDataView data, bool reuseRowObject, bool ignoreMissingColumns = false, SchemaDefinition schemaDefinition = null)
        where TRow : class, new()
    {
        ArgumentNullException.ThrowIfNull(data);
        // Misfits are found at the call, not at the first row.
        return Read(data, new RowWriter<TRow>(data.Schema, ignoreMissingColumns, schemaDefinition), reuseRowObject);
    }

    /// <summary>A definition of the row class whose columns have the types and annotations that a schema gives them.</summary>
    internal static SchemaDefinition DefinitionFrom<TRow>(DataViewSchema schema)
    {
        var definition = SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Read);
        foreach (var column in schema)
        {
            var own = definition[column.Name] ?? throw new InvalidOperationException($"Type should contain a member named {column.Name}");
            own.ColumnType = column.Type;
            own.AddAnnotations(column.Annotations);
        }
        return definition;
    }

    private static IEnumerable<TRow> Read<TRow>(IDataView data, RowWriter<TRow> writer, bool reuseRowObject)
        where TRow : class, new()
    {
        using var cursor = data.GetRowCursor(writer.Columns);
        var fill = writer.MakeFiller(cursor);
        TRow row = null;
        while (cursor.MoveNext())
        {
            row = reuseRowObject && row is not null ? row : new TRow();
            fill(row);
            yield return row;
        }
    }
}
