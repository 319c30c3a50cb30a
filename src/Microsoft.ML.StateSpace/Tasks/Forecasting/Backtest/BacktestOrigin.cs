namespace Microsoft.ML.StateSpace;

/// <summary>The forecasts that were made after one row of the test part.</summary>
/// <param name="Series">The place of its series in <see cref="BacktestResult.Series"/>.</param>
/// <param name="Row">The row of the series that had been seen last, from 0. The forecasts belong to the rows behind it.</param>
/// <param name="Forecasts">
/// Of each model of <see cref="BacktestResult.Models"/>, in their order, (models) (horizon, targets). NaN where there is none.
/// </param>
/// <param name="LowerBound">The lower bounds of the first model, (horizon, targets).</param>
/// <param name="UpperBound">Its upper bounds, (horizon, targets).</param>
public sealed record BacktestOrigin(
    int Series, int Row, IReadOnlyList<float[]> Forecasts, IReadOnlyList<float> LowerBound, IReadOnlyList<float> UpperBound);

/// <summary>A series that was tested.</summary>
/// <param name="Name">Its value of the series column, as text; <see langword="null"/> where there is no such column.</param>
/// <param name="Values">The targets, (rows, targets), up to the last row that has one. NaN is missing.</param>
/// <param name="TestStart">The first row of the test part. The rows before it were learned from.</param>
public sealed record BacktestSeries(string? Name, IReadOnlyList<float> Values, int TestStart);
