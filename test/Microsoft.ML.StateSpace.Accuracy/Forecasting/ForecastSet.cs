namespace Microsoft.ML.StateSpace.Accuracy.Forecasting;

/// <summary>One series, the first rows of which are learnt from; every forecast of the last rows is tested.</summary>
/// <param name="Name">The name on the command line and in the table.</param>
/// <param name="Files">The files that it is read from.</param>
/// <param name="Horizon">Steps that are forecast; all of them are scored.</param>
/// <param name="Season">Rows of the season that the baseline repeats.</param>
/// <param name="Measure">The name of the error, and which it is.</param>
/// <param name="Published">Errors of others, as text for the table.</param>
/// <param name="Load">Reads the rows, how many of them are learnt from, and the first that is tested.</param>
internal sealed record ForecastSet(
    string Name, IReadOnlyList<string> Files, int Horizon, int Season, (string Name, Func<ForecastMetrics, double> Of) Measure,
    string Published, Func<(SeriesRow[] Rows, int Learnt, int Tested)> Load);
