// Mirrors Microsoft.ML.NormalizationCatalog (package Microsoft.ML, assembly Microsoft.ML.Transforms): the two affine normalizers.
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

public static class NormalizationCatalog
{
    private const long MaximumExampleCount = 1000000000;

    public static NormalizingEstimator NormalizeMinMax(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName = null, long maximumExampleCount = MaximumExampleCount, bool fixZero = true) =>
        new(catalog.GetEnvironment(), ShapeChecks.Pair(outputColumnName, inputColumnName), byMoments: false, maximumExampleCount, fixZero);

    public static NormalizingEstimator NormalizeMinMax(
        this TransformsCatalog catalog, InputOutputColumnPair[] columns, long maximumExampleCount = MaximumExampleCount, bool fixZero = true) =>
        new(catalog.GetEnvironment(), ShapeChecks.Pairs(columns), byMoments: false, maximumExampleCount, fixZero);

    public static NormalizingEstimator NormalizeMeanVariance(
        this TransformsCatalog catalog,
        string outputColumnName,
        string inputColumnName = null,
        long maximumExampleCount = MaximumExampleCount,
        bool fixZero = true,
        bool useCdf = false) =>
        new(catalog.GetEnvironment(), ShapeChecks.Pair(outputColumnName, inputColumnName), NotCdf(useCdf), maximumExampleCount, fixZero);

    public static NormalizingEstimator NormalizeMeanVariance(
        this TransformsCatalog catalog,
        InputOutputColumnPair[] columns,
        long maximumExampleCount = MaximumExampleCount,
        bool fixZero = true,
        bool useCdf = false) =>
        new(catalog.GetEnvironment(), ShapeChecks.Pairs(columns), NotCdf(useCdf), maximumExampleCount, fixZero);

    private static bool NotCdf(bool useCdf) => useCdf ? throw Unsupported.Member("NormalizeMeanVariance with useCdf") : true;
}
