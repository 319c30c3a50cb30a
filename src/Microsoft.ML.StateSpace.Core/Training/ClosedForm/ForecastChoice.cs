using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>How the equation of a target may be found.</summary>
/// <param name="Chosen">The features that are used; none means the base alone.</param>
/// <param name="BaseFeature">The base: the feature with the value of the last season, or -1 for the last value.</param>
/// <param name="Penalty">The penalty of the ridge regression.</param>
internal sealed record ForecastChoice(int[] Chosen, int BaseFeature, double Penalty)
{
    /// <summary>The penalties that are tried, as shares of the power of a feature.</summary>
    private static readonly double[] Penalties = [1e-6, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10];

    /// <summary>Where there are more features, a target is not told of the others, nor of what is added.</summary>
    private const int MostFeatures = 600;

    /// <summary>What is added to a plain choice where it helps: curves, products, and effects that grow with the level.</summary>
    public static readonly ForecastGroup[][] Curves =
    [
        [ForecastGroup.Square], [ForecastGroup.Square, ForecastGroup.Pair], [ForecastGroup.Level],
        [ForecastGroup.Square, ForecastGroup.Level], [ForecastGroup.Square, ForecastGroup.Pair, ForecastGroup.Level],
    ];

    /// <summary>Static covariates as features, and what else they change.</summary>
    public static readonly ForecastGroup[][] Statics =
        [[ForecastGroup.Static], [ForecastGroup.Static, ForecastGroup.StaticProduct]];

    /// <summary>Intervals as features, and what else they change.</summary>
    public static readonly ForecastGroup[][] Times =
        [[ForecastGroup.Elapsed], [ForecastGroup.Elapsed, ForecastGroup.ElapsedProduct]];

    /// <summary>
    /// All plain choices for a target: its own past, or that of all targets; with the last season or without; each base alone. The arrays
    /// of features that targets share are the same objects.
    /// </summary>
    public static ForecastChoice[][] All(ForecastShape shape)
    {
        var groups = ForecastSteps.GroupsOf(shape);
        int[] all = [.. Enumerable.Range(0, groups.Length).Where(feature => groups[feature].Group == ForecastGroup.Plain)];
        int[] today = shape.Season > 0 ? [.. all.Where(feature => !shape.IsSeasonal(feature))] : all;
        var shared = all.Length > MostFeatures && shape.Targets > 1 ? [] : new[] { all, today }.Distinct().ToArray();
        return [.. Enumerable.Range(0, shape.Targets).Select(target => OfTarget(shape, target, shared, all).ToArray())];
    }

    private static IEnumerable<ForecastChoice> OfTarget(ForecastShape shape, int target, int[][] shared, int[] all)
    {
        int[] bases = shape.Season > 0 ? [-1, shape.SeasonalFeature(target)] : [-1];
        foreach (int baseFeature in bases)
            yield return new ForecastChoice([], baseFeature, 0);
        var sets = new List<int[]>(shared);
        if (shape.Targets > 1)
        {
            int[] own = [.. all.Where(feature => shape.TargetOf(feature) is var of && (of == target || of < 0))];
            sets.Add(own);
            if (shape.Season > 0)
                sets.Add([.. own.Where(feature => !shape.IsSeasonal(feature))]);
        }
        foreach (int[] set in sets)
            foreach (double penalty in Penalties)
                foreach (int baseFeature in bases)
                    yield return new ForecastChoice(set, baseFeature, penalty);
    }

    /// <summary>This choice itself, and with groups of features added to its own, with each penalty.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="target">The target that chooses.</param>
    /// <param name="additions">The groups that are added together.</param>
    public IEnumerable<ForecastChoice> With(ForecastShape shape, int target, IEnumerable<ForecastGroup[]> additions)
    {
        yield return this;
        if (Chosen.Length == 0)
            yield break;
        var groups = ForecastSteps.GroupsOf(shape);
        foreach (var added in additions)
        {
            int[] more = [.. Enumerable.Range(0, groups.Length).Where(feature => added.Contains(groups[feature].Group)
                && (groups[feature].Target < 0 || groups[feature].Target == target))];
            int[] set = [.. Chosen.Concat(more).Order()];
            if (more.Length == 0 || set.Length > MostFeatures)
                continue;
            foreach (double penalty in Penalties)
                yield return this with { Chosen = set, Penalty = penalty };
        }
    }

    /// <summary>Finds the equation of a target.</summary>
    /// <param name="moments">The examples.</param>
    /// <param name="features">The number of all features.</param>
    /// <param name="target">Which target.</param>
    /// <param name="solved">Equations of the same examples that were factored before.</param>
    /// <param name="weights">Of all features; assigned.</param>
    /// <returns>Whether the equations could be solved.</returns>
    public bool TrySolve(
        ForecastMoments moments, int features, int target, Dictionary<(int[], double), ForecastRidge> solved, Span<double> weights)
    {
        weights.Clear();
        if (Chosen.Length == 0)
        {
            if (BaseFeature >= 0)
                weights[BaseFeature] = 1;
            return true;
        }
        if (!solved.TryGetValue((Chosen, Penalty), out var ridge))
            solved.Add((Chosen, Penalty), ridge = new ForecastRidge(moments, features, Chosen, Penalty));
        if (!ridge.IsSolvable)
            return false;
        ridge.Solve(target, BaseFeature, weights);
        return true;
    }
}
