using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.StateSpace.Interop;

/// <summary>What ML.NET lets only its own components do: see README.md in this folder.</summary>
internal static class Friend
{
    /// <summary>The environment behind a catalog of an <see cref="MLContext"/>.</summary>
    public static IHostEnvironment EnvironmentOf(object catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return ((IInternalCatalog)catalog).Environment;
    }

    /// <summary>The shape that <see cref="EstimatorChain{TLastTransformer}"/> would derive from a schema.</summary>
    public static SchemaShape ShapeOf(DataViewSchema schema) => SchemaShape.Create(schema);

    /// <summary>A promised column.</summary>
    public static SchemaShape.Column Column(
        string name, SchemaShape.Column.VectorKind kind, DataViewType itemType,
        bool isKey = false, IEnumerable<SchemaShape.Column>? annotations = null)
        => new(name, kind, itemType, isKey, annotations is null ? null : new SchemaShape(annotations));

    /// <summary>Whether <c>MLContext.CancelExecution</c> was called.</summary>
    public static bool IsCanceled(IHost host) => host is ICancelable { IsCanceled: true };
}
