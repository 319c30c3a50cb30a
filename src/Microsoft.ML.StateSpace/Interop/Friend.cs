using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.StateSpace.Interop;

/// <summary>Uses what ML.NET reserves for its own components: see README.md in this folder.</summary>
internal static class Friend
{
    /// <summary>Returns the environment behind a catalog of an <see cref="MLContext"/>.</summary>
    public static IHostEnvironment EnvironmentOf(object catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return ((IInternalCatalog)catalog).Environment;
    }

    /// <summary>Returns the shape that <see cref="EstimatorChain{TLastTransformer}"/> would derive from a schema.</summary>
    public static SchemaShape ShapeOf(DataViewSchema schema) => SchemaShape.Create(schema);

    /// <summary>Makes a promised column of a schema shape.</summary>
    public static SchemaShape.Column Column(
        string name, SchemaShape.Column.VectorKind kind, DataViewType itemType,
        bool isKey = false, IEnumerable<SchemaShape.Column>? annotations = null)
        => new(name, kind, itemType, isKey, annotations is null ? null : new SchemaShape(annotations));

    /// <summary>Whether <c>MLContext.CancelExecution</c> was called.</summary>
    public static bool IsCanceled(IHost host) => host is ICancelable { IsCanceled: true };
}
