using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace.Option;
using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.AutoML.Trials;

namespace Microsoft.ML;

/// <summary>Sweeps over forecasters: a step for a <see cref="SweepablePipeline"/>, and what judges a trial.</summary>
public static class ForecastSweepExtensions
{
    /// <summary>The parameter of a trial, and its value for a season that the fit finds.</summary>
    private const string Season = "Season";
    private const int Found = 0;

    /// <summary>
    /// Forecasts the next rows of series; a sweep chooses the season. All else that could be chosen, the fit itself chooses on held-out
    /// time.
    /// </summary>
    /// <param name="catalog"><c>mlContext.Auto()</c>.</param>
    /// <param name="options">The columns and the horizon. A season that is set here is frozen, and nothing is left to sweep.</param>
    /// <param name="seasons">
    /// Seasons to choose from, in rows, such as 24 and 168 for hours; that which the fit finds, and none, are always among the choices.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A season is below 2.</exception>
    /// <example>
    /// <code>
    /// var step = mlContext.Auto().ForecastByStateSpace(options, seasons: [24, 168]);
    /// </code>
    /// </example>
    public static SweepableEstimator ForecastByStateSpace(
        this AutoCatalog catalog, ForecastingOptions options, IReadOnlyCollection<int>? seasons = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        foreach (int season in seasons ?? [])
            ArgumentOutOfRangeException.ThrowIfLessThan(season, 2, nameof(seasons));
        var space = new SearchSpace.SearchSpace();
        if (options.Season is null)
            space.Add(Season, new ChoiceOption([.. new[] { Found, 1 }.Concat(seasons ?? []).Distinct().Cast<object>()], Found));
        return new SweepableEstimator(
            (context, parameter) =>
            {
                int? chosen = parameter.TryGetValue(Season, out var value) && value.AsType<int>() is var season && season != Found
                    ? season : options.Season;
                return context.Forecasting.ForecastByStateSpace(options with { Season = chosen });
            },
            space);
    }

    /// <summary>
    /// Lets the experiment judge forecasters by the rows that its training rows lack. It brings a trial runner, so call it behind
    /// <c>SetPipeline</c> and <c>SetDataset</c>, which takes the training rows and all rows of
    /// <c>mlContext.Forecasting.HoldOutEnd</c>.
    /// </summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="metric">What judges a trial.</param>
    /// <example>
    /// <code>
    /// experiment.SetForecastMetric(new ForecastMetricManager(ForecastMetric.MeanAbsoluteScaledError, options, rows: 56));
    /// </code>
    /// </example>
    public static AutoMLExperiment SetForecastMetric(this AutoMLExperiment experiment, ForecastMetricManager metric)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(metric);
        return experiment.SetTrialRunner(services => new ForecastTrialRunner(
            Get<MLContext>(services, "Make it with mlContext.Auto()."),
            Get<SweepablePipeline>(services, "Call SetPipeline on it, before SetForecastMetric."),
            Get<IDatasetManager>(services, "Call SetDataset on it.") as ITrainValidateDatasetManager
                ?? throw new InvalidOperationException(
                    "Folds of rows mix up what was and what comes. Call SetDataset with the two parts of "
                    + "mlContext.Forecasting.HoldOutEnd."),
            metric));
    }

    private static T Get<T>(IServiceProvider services, string remedy)
        where T : class
        => (T?)services.GetService(typeof(T))
            ?? throw new InvalidOperationException($"The experiment has no {typeof(T).Name}. {remedy}");
}
