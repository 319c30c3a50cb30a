namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>Forecasts the rows behind an origin.</summary>
/// <param name="series">The series. What lies behind the origin must not be looked at.</param>
/// <param name="row">The origin: the last row that has been seen.</param>
/// <param name="target">Which of the targets.</param>
/// <param name="forecasts">Assigned, (horizon). NaN where nothing can be said.</param>
internal delegate void BaselineForecast(TestedSeries series, int row, int target, Span<float> forecasts);

/// <summary>What a baseline may learn from.</summary>
/// <param name="Series">All series.</param>
/// <param name="Ends">How many rows of each series are learned from.</param>
/// <param name="Horizon">The number of rows that are forecast.</param>
/// <param name="Season">Rows of a season; 1 where there is none.</param>
internal sealed record BaselineTraining(IReadOnlyList<TestedSeries> Series, int[] Ends, int Horizon, int Season);
