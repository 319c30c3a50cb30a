namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// Writes the features of a horizon step. Behind the plain ones come products of two features, so that linear equations answer what acts
/// in curves and together.
/// </summary>
internal sealed class ForecastSteps
{
    /// <summary>What is standardised counts at most so much in a product, so that a value that was never seen is not squared.</summary>
    public const double Largest = 3;

    /// <summary>With more covariates known ahead there are no pairs, and with still more no products at all.</summary>
    private const int MostInPairs = 12, MostInSquares = 64;

    /// <summary>Where there would be more products of a group with targets, there are none.</summary>
    private const int MostOfGroup = 512;

    /// <summary>The average that is the level of a target, by its place among the memories.</summary>
    public const int LevelMemory = 3;

    private readonly ForecastShape _shape;
    private readonly Product[] _products;

    public ForecastSteps(ForecastShape shape) => (_shape, _products) = (shape, [.. ProductsOf(shape)]);

    /// <summary>The products, in order.</summary>
    public IReadOnlyList<Product> Products => _products;

    /// <summary>Whether the covariates known ahead have squares.</summary>
    public static bool HasSquares(ForecastShape shape) => shape.IsCurved && shape.KnownAhead is > 0 and <= MostInSquares;

    /// <summary>How much less or more than the usual share of a decay is left, after a time in usual intervals a row.</summary>
    public static double Elapsed(double interval) => Math.Exp(-1) - Math.Exp(-interval);

    /// <summary>Whether a group is one of curves.</summary>
    public static bool IsCurve(ForecastGroup group) => group is ForecastGroup.Square or ForecastGroup.Pair or ForecastGroup.Level;

    /// <summary>The number of products, without making them.</summary>
    public static int CountOf(ForecastShape shape)
    {
        int ahead = HasSquares(shape) ? shape.KnownAhead : 0, pairs = ahead > MostInPairs ? 0 : ahead * (ahead - 1);
        return ahead + pairs + LevelsOf(shape) + StaticsOf(shape) + TimesOf(shape);
    }

    /// <summary>The group of each feature, and the target to which it belongs, or -1.</summary>
    public static (ForecastGroup Group, int Target)[] GroupsOf(ForecastShape shape)
        =>
        [
            .. Enumerable.Range(0, shape.RowFeatures + shape.PlainStepFeatures).Select(feature =>
                (shape.IsSquare(feature) ? ForecastGroup.Square : shape.IsStatic(feature) ? ForecastGroup.Static
                    : shape.IsElapsed(feature) ? ForecastGroup.Elapsed : ForecastGroup.Plain,
                shape.TargetOf(feature))),
            .. ProductsOf(shape).Select(product => (product.Group, product.Target)),
        ];

    /// <summary>Writes the features of a horizon step, (StepFeatures).</summary>
    /// <param name="row">The features of the row, (RowFeatures).</param>
    /// <param name="ahead">The covariates of the step, standardised, (KnownAhead).</param>
    /// <param name="seasonAgo">The row of the last season, (Kept); empty without a season.</param>
    /// <param name="last">The last value of each target.</param>
    /// <param name="scale">The scale of each target.</param>
    /// <param name="interval">The mean interval from the row to the step, in usual ones.</param>
    /// <param name="features">Assigned.</param>
    public void Write(
        ReadOnlySpan<double> row, ReadOnlySpan<double> ahead, ReadOnlySpan<double> seasonAgo, ReadOnlySpan<double> last,
        ReadOnlySpan<double> scale, double interval, Span<double> features)
    {
        ahead.CopyTo(features);
        for (int i = 0; i < seasonAgo.Length; i++)
        {
            double value = i < _shape.Targets ? (seasonAgo[i] - last[i]) / scale[i] : seasonAgo[i];
            features[_shape.KnownAhead + i] = double.IsNaN(value) ? 0 : value;
        }
        if (_shape.IsIrregular)
            features[_shape.PlainStepFeatures - 1] = Elapsed(interval);
        var products = features[_shape.PlainStepFeatures..];
        for (int i = 0; i < _products.Length; i++)
        {
            var product = _products[i];
            int target = product.Target;
            double factor = product.IsOfLevel
                ? last[target] / scale[target] + row[_shape.AverageFeature(target, LevelMemory)]
                : Clipped(row, features, product.Left);
            products[i] = factor * (product.IsBounded ? Clipped(row, features, product.Right) : Of(row, features, product.Right));
        }
    }

    private static double Of(ReadOnlySpan<double> row, ReadOnlySpan<double> step, int feature)
        => feature < row.Length ? row[feature] : step[feature - row.Length];

    private static double Clipped(ReadOnlySpan<double> row, ReadOnlySpan<double> step, int feature)
        => Math.Clamp(Of(row, step, feature), -Largest, Largest);

    // What each static covariate acts upon: the value before, averages, and the last season of a target; covariates known ahead.
    private static int ActedOn(ForecastShape shape)
        => shape.Targets * (1 + ForecastShape.TargetMemories.Length + (shape.Season > 0 ? 1 : 0))
            + 2 * Math.Min(shape.KnownAhead, MostInSquares);

    private static int LevelsOf(ForecastShape shape) => HasSquares(shape) ? Most(2L * shape.KnownAhead * shape.Targets) : 0;

    private static int StaticsOf(ForecastShape shape) => Most((long)shape.Statics * ActedOn(shape));

    private static int TimesOf(ForecastShape shape) => shape.IsIrregular ? Most(2L * Past * shape.Targets) : 0;

    private static int Most(long count) => count > MostOfGroup ? 0 : (int)count;

    private static IEnumerable<Product> ProductsOf(ForecastShape shape) => Curves(shape).Concat(OfStatics(shape)).Concat(OfTimes(shape));

    // Features of a target that change with time: the values before, and averages.
    private static int Past => ForecastShape.Lags + ForecastShape.TargetMemories.Length;

    private static IEnumerable<Product> OfTimes(ForecastShape shape)
    {
        if (TimesOf(shape) == 0)
            yield break;
        foreach (int left in new[] { shape.RowFeatures - 1, shape.RowFeatures + shape.PlainStepFeatures - 1 })
        {
            for (int target = 0; target < shape.Targets; target++)
            {
                for (int past = 0; past < Past; past++)
                    yield return new(ForecastGroup.ElapsedProduct, target, left, shape.LagFeature(target, past));
            }
        }
    }

    private static IEnumerable<Product> OfStatics(ForecastShape shape)
    {
        for (int i = 0; i < shape.Statics && StaticsOf(shape) > 0; i++)
        {
            int left = shape.StaticStart + i;
            for (int target = 0; target < shape.Targets; target++)
            {
                yield return new(ForecastGroup.StaticProduct, target, left, shape.LagFeature(target));
                for (int memory = 0; memory < ForecastShape.TargetMemories.Length; memory++)
                    yield return new(ForecastGroup.StaticProduct, target, left, shape.AverageFeature(target, memory));
                if (shape.Season > 0)
                    yield return new(ForecastGroup.StaticProduct, target, left, shape.SeasonalFeature(target));
            }
            for (int c = 0; c < Math.Min(shape.KnownAhead, MostInSquares); c++)
            {
                yield return new(ForecastGroup.StaticProduct, -1, left, shape.StepCovariate(c));
                yield return new(ForecastGroup.StaticProduct, -1, left, shape.RowCovariate(c));
            }
        }
    }

    // The squares of the row are covariates, so only those of the step stand here.
    private static IEnumerable<Product> Curves(ForecastShape shape)
    {
        if (!HasSquares(shape))
            yield break;
        for (int i = 0; i < shape.KnownAhead; i++)
            yield return new(ForecastGroup.Square, -1, shape.StepCovariate(i), shape.StepCovariate(i));
        for (int i = 0; i < shape.KnownAhead && shape.KnownAhead <= MostInPairs; i++)
        {
            for (int j = 0; j < i; j++)
            {
                yield return new(ForecastGroup.Pair, -1, shape.StepCovariate(i), shape.StepCovariate(j));
                yield return new(ForecastGroup.Pair, -1, shape.RowCovariate(i), shape.RowCovariate(j));
            }
        }
        for (int target = 0; target < shape.Targets && LevelsOf(shape) > 0; target++)
        {
            for (int i = 0; i < shape.KnownAhead; i++)
            {
                yield return new(ForecastGroup.Level, target, -1, shape.StepCovariate(i));
                yield return new(ForecastGroup.Level, target, -1, shape.RowCovariate(i));
            }
        }
    }

    /// <summary>A product of two features by their places; the left one of <see cref="ForecastGroup.Level"/> is the level.</summary>
    public readonly record struct Product(ForecastGroup Group, int Target, int Left, int Right)
    {
        /// <summary>Whether the left one is the level of the target, and no feature.</summary>
        public bool IsOfLevel => Group == ForecastGroup.Level;

        /// <summary>Whether the right one is bounded by <see cref="Largest"/>; what is of a target has its own unit already.</summary>
        public bool IsBounded => Group is not (ForecastGroup.StaticProduct or ForecastGroup.ElapsedProduct);
    }
}
