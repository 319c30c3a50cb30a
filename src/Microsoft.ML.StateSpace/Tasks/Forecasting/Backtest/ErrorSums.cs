namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>Sums over pairs of a value and its forecast. Sums of disjoint pairs add up.</summary>
internal struct ErrorSums
{
    private double _absolute, _squared, _percentage, _scaled, _lowerPinball, _upperPinball, _width;
    private long _count, _scaledCount, _boundedCount, _inside;

    /// <summary>Counts a forecast, unless it or the value is missing.</summary>
    /// <param name="actual">The value.</param>
    /// <param name="forecast">Its forecast.</param>
    /// <param name="scale">What a scaled error is divided by; NaN where that is not possible.</param>
    public void Add(float actual, float forecast, double scale)
    {
        double error = Math.Abs(actual - (double)forecast);
        if (!double.IsFinite(error))
            return;
        double size = Math.Abs((double)actual) + Math.Abs((double)forecast);
        _count++;
        _absolute += error;
        _squared += error * error;
        _percentage += size > 0 ? 200 * error / size : 0;
        if (double.IsNaN(scale))
            return;
        _scaledCount++;
        _scaled += error / scale;
    }

    /// <summary>Counts an interval, unless it or the value is missing.</summary>
    /// <param name="actual">The value.</param>
    /// <param name="lower">The lower bound.</param>
    /// <param name="upper">The upper bound.</param>
    /// <param name="tail">The share of values that shall lie below the lower bound, and above the upper one.</param>
    public void AddInterval(float actual, float lower, float upper, double tail)
    {
        double width = upper - (double)lower;
        if (!double.IsFinite(width) || !float.IsFinite(actual))
            return;
        _boundedCount++;
        _width += width;
        _inside += actual >= lower && actual <= upper ? 1 : 0;
        _lowerPinball += Pinball(actual - (double)lower, tail);
        _upperPinball += Pinball(actual - (double)upper, 1 - tail);
    }

    public void Add(in ErrorSums other)
    {
        _absolute += other._absolute;
        _squared += other._squared;
        _percentage += other._percentage;
        _scaled += other._scaled;
        _lowerPinball += other._lowerPinball;
        _upperPinball += other._upperPinball;
        _width += other._width;
        _count += other._count;
        _scaledCount += other._scaledCount;
        _boundedCount += other._boundedCount;
        _inside += other._inside;
    }

    /// <summary>The means.</summary>
    public readonly ForecastMetrics Metrics => new()
    {
        Count = _count,
        MeanAbsoluteError = _absolute / _count,
        RootMeanSquaredError = Math.Sqrt(_squared / _count),
        SymmetricMeanAbsolutePercentageError = _percentage / _count,
        MeanAbsoluteScaledError = _scaled / _scaledCount,
        LowerPinballLoss = _lowerPinball / _boundedCount,
        UpperPinballLoss = _upperPinball / _boundedCount,
        Coverage = _inside / (double)_boundedCount,
        MeanIntervalWidth = _width / _boundedCount,
    };

    private static double Pinball(double above, double level) => above >= 0 ? level * above : (level - 1) * above;
}
