// Stands for what Microsoft.ML.Transforms estimators share when they promise a schema (SchemaShape and AnnotationUtils members, internal there too).
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

internal static class ShapeChecks
{
    internal static SchemaShape.Column Find(SchemaShape inputSchema, string name)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.TryFindColumn(name, out var column) ? column : throw Missing(name, nameof(inputSchema));
    }

    internal static ArgumentOutOfRangeException Missing(string name, string parameter) => new(parameter, $"Could not find input column '{name}'");

    internal static void CheckName(string value, string parameter)
    {
        if (string.IsNullOrEmpty(value))
            throw new ArgumentOutOfRangeException(parameter, $"{parameter} cannot be null or empty");
    }

    internal static (string, string)[] Pairs(InputOutputColumnPair[] columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return [.. columns.Select(c => (c.OutputColumnName, c.InputColumnName))];
    }

    internal static (string, string)[] Pair(string outputColumnName, string inputColumnName)
    {
        CheckName(outputColumnName, nameof(outputColumnName));
        return [(outputColumnName, inputColumnName ?? outputColumnName)];
    }

    /// <summary>The schema with each input column turned into an output column; one of the same name is replaced.</summary>
    internal static SchemaShape Map(SchemaShape inputSchema, (string Output, string Input)[] pairs, Func<SchemaShape.Column, string, int, SchemaShape.Column> map)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var columns = inputSchema.ToList();
        for (int i = 0; i < pairs.Length; i++)
        {
            var made = map(Find(inputSchema, pairs[i].Input), pairs[i].Output, i);
            int at = columns.FindIndex(c => c.Name == made.Name);
            if (at >= 0)
                columns[at] = made;
            else
                columns.Add(made);
        }
        return new(columns);
    }

    internal static SchemaShape.Column SlotNames => new(AnnotationUtils.Kinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false);

    internal static SchemaShape.Column IsNormalized => new(AnnotationUtils.Kinds.IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false);

    internal static bool Has(SchemaShape.Column column, string annotation) => column.Annotations.TryFindColumn(annotation, out _);

    /// <summary>The given annotations of a column, as far as it has them.</summary>
    internal static SchemaShape Keep(SchemaShape.Column column, params string[] annotations) => new(column.Annotations.Where(a => annotations.Contains(a.Name)));

    internal static DataViewSchema.Annotations Keep(DataViewSchema.Column column, params string[] annotations)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(column.Annotations, annotations.Contains);
        return builder.ToAnnotations();
    }

    internal static void AddIsNormalized(DataViewSchema.Annotations.Builder builder) =>
        builder.AddPrimitiveValue(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, true);
}
