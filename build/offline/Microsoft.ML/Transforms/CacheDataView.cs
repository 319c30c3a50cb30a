// Stands for Microsoft.ML.Data.CacheDataView (internal there too).
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

internal static class CacheDataView
{
    /// <summary>A view that keeps the columns of its input in memory; the named ones are read at once, the others when first asked for.</summary>
    internal static IDataView Create(IHostEnvironment env, IDataView input, string[] columnsToPrefetch) =>
        throw Unsupported.Member("DataOperationsCatalog.Cache");
}
