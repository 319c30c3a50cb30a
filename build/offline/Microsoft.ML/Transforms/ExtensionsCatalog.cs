// Mirrors Microsoft.ML.ExtensionsCatalog (package Microsoft.ML, assembly Microsoft.ML.Transforms).
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

public static class ExtensionsCatalog
{
    public static MissingValueReplacingEstimator ReplaceMissingValues(
        this TransformsCatalog catalog,
        string outputColumnName,
        string inputColumnName = null,
        MissingValueReplacingEstimator.ReplacementMode replacementMode = MissingValueReplacingEstimator.ReplacementMode.DefaultValue,
        bool imputeBySlot = true) =>
        new(catalog.GetEnvironment(), ShapeChecks.Pair(outputColumnName, inputColumnName), replacementMode, imputeBySlot);

    public static MissingValueReplacingEstimator ReplaceMissingValues(
        this TransformsCatalog catalog,
        InputOutputColumnPair[] columns,
        MissingValueReplacingEstimator.ReplacementMode replacementMode = MissingValueReplacingEstimator.ReplacementMode.DefaultValue,
        bool imputeBySlot = true) =>
        new(catalog.GetEnvironment(), ShapeChecks.Pairs(columns), replacementMode, imputeBySlot);
}
