namespace Microsoft.ML.StateSpace.Tables;

/// <summary>The columns of a schema that a cursor is asked for.</summary>
internal static class ActiveColumns
{
    /// <summary>Returns for each column of the schema whether it is active.</summary>
    public static bool[] Of(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        bool[] active = new bool[schema.Count];
        foreach (var column in columns)
        {
            if (column.Index >= active.Length || schema[column.Index].Name != column.Name)
                throw new ArgumentException($"Column '{column.Name}' is not of this schema.", nameof(columns));
            active[column.Index] = true;
        }
        return active;
    }
}
