using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>What a detector of anomalies knows.</summary>
/// <param name="Options">The options, with the season filled in.</param>
/// <param name="Forecaster">The equations that forecast the next row.</param>
/// <param name="Levels">The errors of the forecasts of each target.</param>
internal sealed record AnomalyModel(AnomalyOptions Options, ForecastModel Forecaster, ErrorLevels[] Levels)
{
    /// <summary>What is told of a target: alert, raw score, p-value.</summary>
    public const int Parts = 3;

    /// <summary>What the parts are called, as by ML.NET's detectors.</summary>
    public static readonly string[] PartNames = ["Alert", "Raw Score", "P-Value Score"];

    /// <summary>Rows of a series before the first score, at least: so many tell how large its steps are.</summary>
    private const int LeastRows = 32;

    /// <summary>Rows of a series before the first score: with a season, a whole one.</summary>
    public int FirstRow => Math.Max(LeastRows, Forecaster.Shape.Season);
}
