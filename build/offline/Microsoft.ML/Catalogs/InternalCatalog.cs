// Mirrors Microsoft.ML.Data.IInternalCatalog and CatalogUtils (internal there too; assembly Microsoft.ML.Data).
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

internal interface IInternalCatalog
{
    IHostEnvironment Environment { get; }
}

internal static class CatalogUtils
{
    public static IHostEnvironment GetEnvironment(this IInternalCatalog catalog) => catalog.Environment;
}
