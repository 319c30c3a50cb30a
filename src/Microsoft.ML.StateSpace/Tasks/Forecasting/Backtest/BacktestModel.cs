using Microsoft.ML.StateSpace.Forecasting;

namespace Microsoft.ML.StateSpace;

/// <summary>What a backtest found of one forecaster.</summary>
public sealed class BacktestModel
{
    private readonly ErrorSums[] _sums;
    private readonly int _targets;

    internal BacktestModel(string name, ErrorSums[] sums, int targets)
    {
        (Name, _sums, _targets) = (name, sums, targets);
        int horizon = sums.Length / targets;
        Overall = Of(_ => true);
        Steps = [.. Enumerable.Range(0, horizon).Select(step => Of(place => place / targets == step))];
        Targets = [.. Enumerable.Range(0, targets).Select(target => Of(place => place % targets == target))];
    }

    /// <summary>The name in the table.</summary>
    public string Name { get; }

    /// <summary>Over all steps of all forecasts, and all targets.</summary>
    public ForecastMetrics Overall { get; }

    /// <summary>Of each horizon step, (horizon): the next row comes first.</summary>
    public IReadOnlyList<ForecastMetrics> Steps { get; }

    /// <summary>Of each target, (targets), in the order of <see cref="BacktestResult.TargetNames"/>.</summary>
    public IReadOnlyList<ForecastMetrics> Targets { get; }

    /// <summary>Of one horizon step of one target.</summary>
    /// <param name="step">From 1, the next row, to the horizon.</param>
    /// <param name="target">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step or target.</exception>
    public ForecastMetrics At(int step, int target)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(step, Steps.Count);
        ArgumentOutOfRangeException.ThrowIfNegative(target);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(target, _targets);
        return _sums[(step - 1) * _targets + target].Metrics;
    }

    private ForecastMetrics Of(Func<int, bool> counts)
    {
        var sum = default(ErrorSums);
        for (int place = 0; place < _sums.Length; place++)
        {
            if (counts(place))
                sum.Add(_sums[place]);
        }
        return sum.Metrics;
    }
}
