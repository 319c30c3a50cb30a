namespace Microsoft.ML.StateSpace;

/// <summary>
/// How far forecasts are from what came. A pair counts where both the value and its forecast are known; a metric of no pairs is NaN.
/// </summary>
public sealed record ForecastMetrics
{
    internal ForecastMetrics()
    {
    }

    /// <summary>Number of values that were forecast.</summary>
    public long Count { get; internal init; }

    /// <summary>The mean absolute error (MAE), in the unit of the target.</summary>
    public double MeanAbsoluteError { get; internal init; }

    /// <summary>The root mean squared error (RMSE), in the unit of the target.</summary>
    public double RootMeanSquaredError { get; internal init; }

    /// <summary>
    /// The symmetric mean absolute percentage error (sMAPE), the mean of <c>200 |y - f| / (|y| + |f|)</c>, in percent from 0 to 200; 0
    /// where both are 0.
    /// </summary>
    public double SymmetricMeanAbsolutePercentageError { get; internal init; }

    /// <summary>
    /// The mean absolute scaled error (MASE): errors in units of the mean absolute error that the last season has as a forecast in the
    /// training part of the same series and target, or the last value where there is no season. Series of which that is 0 or unknown do not
    /// count. Source: Hyndman, Koehler 2006, "Another look at measures of forecast accuracy".
    /// </summary>
    public double MeanAbsoluteScaledError { get; internal init; }

    /// <summary>
    /// The mean pinball loss of the lower bound as the quantile (1 - c) / 2, with c the confidence level, in the unit of the target. NaN
    /// where there are no intervals.
    /// </summary>
    public double LowerPinballLoss { get; internal init; }

    /// <summary>The mean pinball loss of the upper bound as the quantile (1 + c) / 2.</summary>
    public double UpperPinballLoss { get; internal init; }

    /// <summary>The mean pinball loss of the forecast as the median, which is half of the mean absolute error.</summary>
    public double MedianPinballLoss => MeanAbsoluteError / 2;

    /// <summary>The mean of the three pinball losses. NaN where there are no intervals.</summary>
    public double PinballLoss => (LowerPinballLoss + MedianPinballLoss + UpperPinballLoss) / 3;

    /// <summary>The share of values that lie inside of their intervals. NaN where there are none.</summary>
    public double Coverage { get; internal init; }

    /// <summary>The mean width of an interval, in the unit of the target. NaN where there are none.</summary>
    public double MeanIntervalWidth { get; internal init; }
}
