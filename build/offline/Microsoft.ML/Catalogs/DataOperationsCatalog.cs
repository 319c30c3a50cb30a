// Mirrors Microsoft.ML.DataOperationsCatalog (package Microsoft.ML, assembly Microsoft.ML.Data). Splits: folder Evaluation.
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog : IInternalCatalog
{
    private readonly IHostEnvironment _env;

    internal DataOperationsCatalog(IHostEnvironment env) => _env = env;

    IHostEnvironment IInternalCatalog.Environment => _env;
}
