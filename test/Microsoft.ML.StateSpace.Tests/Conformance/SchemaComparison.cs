using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Conformance;

/// <summary>Schemas and shapes as text, so that a difference reads as one.</summary>
internal static class SchemaComparison
{
    /// <summary>Names, types, indices, visibility and the values of all annotations.</summary>
    public static List<string> Describe(DataViewSchema schema)
        => [.. schema.Select(
            c => $"{c.Index} {c.Name} {c.Type} hidden:{c.IsHidden} "
                + string.Join("; ", c.Annotations.Schema.Select(a => $"{a.Name} {a.Type}={Cells.Annotation(c, a)}").Order()))];

    public static List<string> Shape(DataViewSchema schema) => Shape(Friend.ShapeOf(schema));

    public static List<string> Shape(SchemaShape shape) => [.. shape.Select(Describe).Order()];

    private static string Describe(SchemaShape.Column column)
        => $"{column.Name} {column.Kind} {column.ItemType} key:{column.IsKey} "
            + $"[{string.Join(", ", column.Annotations.Select(Describe).Order())}]";
}
