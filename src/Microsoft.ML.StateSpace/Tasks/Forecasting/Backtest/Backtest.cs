using Microsoft.ML.StateSpace.Tables;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>
/// Tests a forecaster with a rolling origin (Tashman 2000): after each row of the test part, on the rows behind it. The model is causal,
/// so one pass over a series makes the forecasts of all its origins, each by what had been until then.
/// </summary>
internal sealed class Backtest
{
    private readonly BacktestOptions _options;
    private readonly List<TestedSeries> _series;
    private readonly int _horizon, _targets;
    private readonly string[] _targetNames;
    private readonly ErrorSums[][] _sums;
    private readonly float[][] _forecasts;
    private readonly List<BacktestOrigin> _kept = [];
    private readonly HashSet<TestedSeries> _tested = [];
    private double[][] _scales = [];
    private int _origins;

    public Backtest(BacktestOptions options, List<TestedSeries> series, int horizon, ForecastColumns columns)
    {
        (_options, _series, _horizon) = (options, series, horizon);
        int longest = series.Count == 0 ? 0 : series.Max(one => one.Count);
        if (longest <= horizon)
            throw new InvalidOperationException(
                $"The longest series has {longest} rows up to its last target, which are too few to test forecasts of {horizon} rows. "
                + "Give longer series than the horizon, or set Horizon to a smaller number.");
        foreach (var one in series)
            one.TestStart = options.TestStart(one.Count, horizon);
        _targetNames = [.. columns.Options.TargetColumnNames.SelectMany(name => ChannelNames.Names(columns.Table[name]))];
        _targets = _targetNames.Length;
        int models = 1 + options.Baselines.Count;
        _sums = [.. Enumerable.Range(0, models).Select(_ => new ErrorSums[horizon * _targets])];
        _forecasts = [.. Enumerable.Range(0, models).Select(_ => new float[horizon * _targets])];
    }

    /// <summary>Goes through the test part, with a model for each stretch of it.</summary>
    /// <param name="fits">
    /// In how many stretches of equal length the test part of each series is cut, with a fit before each; 0 for a model that is fitted.
    /// </param>
    /// <param name="fit">Makes the model of a stretch from how many rows of each series have been before.</param>
    public BacktestResult Run(int fits, Func<int[], ForecastingTransformer> fit)
    {
        ForecastingTransformer? model = null;
        int stretches = Math.Max(1, fits), done = 0, season = 1;
        for (int stretch = 0; stretch < stretches; stretch++)
        {
            int[] starts = Starts(stretch, stretches), ends = Starts(stretch + 1, stretches);
            if (!Enumerable.Range(0, _series.Count).Any(i => OriginsOf(_series[i], starts[i], ends[i]).Any()))
                continue;
            model = fit(starts);
            if (done++ == 0)
            {
                season = _options.Season ?? Math.Max(1, model.Options.Season ?? 1);
                _scales = [.. _series.Select(series => Enumerable.Range(0, _targets).Select(j => series.Scale(j, season)).ToArray())];
            }
            var training = new BaselineTraining(_series, starts, _horizon, season);
            BaselineForecast[] baselines = [.. _options.Baselines.Select(baseline => baseline.Fit(training))];
            var engine = model.CreateForecastEngine();
            double tail = Math.Round((1 - model.Options.ConfidenceLevel) / 2.0, 6);
            for (int i = 0; i < _series.Count; i++)
                Pass(i, OriginsOf(_series[i], starts[i], ends[i]), engine, baselines, tail);
        }
        string[] names = [BacktestResult.OwnName, .. _options.Baselines.Select(baseline => baseline.Name)];
        return new BacktestResult([.. names.Select((name, i) => new BacktestModel(name, _sums[i], _targets))])
        {
            Origins = _origins, TestedSeries = _tested.Count, Fits = fits == 0 ? 0 : done, Season = season,
            ConfidenceLevel = model!.Options.ConfidenceLevel, TargetNames = _targetNames,
            Series = !_options.KeepsForecasts ? []
                : [.. _series.Select(series => new BacktestSeries(series.Name, series.Values(), series.TestStart))],
            Forecasts = _kept,
        };
    }

    // One linear pass: rows are read once, and forecasts made behind the origins.
    private void Pass(int place, IEnumerable<int> origins, ForecastEngine engine, BaselineForecast[] baselines, double tail)
    {
        var series = _series[place];
        int next = 0;
        engine.Reset();
        foreach (int origin in origins)
        {
            for (; next <= origin; next++)
                engine.Observe(series.Row(next));
            engine.Forecast(series.Ahead(origin + 1, _horizon)).CopyTo(_forecasts[0]);
            for (int i = 0; i < baselines.Length; i++)
                Make(baselines[i], series, origin, _forecasts[1 + i]);
            Count(place, origin, engine.LowerBound, engine.UpperBound, tail);
            if (_options.KeepsForecasts)
                _kept.Add(new BacktestOrigin(
                    place, origin, [.. _forecasts.Select(values => (float[])values.Clone())], engine.LowerBound.ToArray(),
                    engine.UpperBound.ToArray()));
            _origins++;
            _tested.Add(series);
        }
    }

    private void Make(BaselineForecast baseline, TestedSeries series, int origin, float[] forecasts)
    {
        var own = new float[_horizon];
        for (int target = 0; target < _targets; target++)
        {
            baseline(series, origin, target, own);
            for (int step = 0; step < _horizon; step++)
                forecasts[step * _targets + target] = own[step];
        }
    }

    private void Count(int place, int origin, ReadOnlySpan<float> lower, ReadOnlySpan<float> upper, double tail)
    {
        for (int step = 0; step < _horizon; step++)
        {
            var actual = _series[place].Row(origin + 1 + step);
            for (int target = 0; target < _targets; target++)
            {
                int at = step * _targets + target;
                for (int i = 0; i < _sums.Length; i++)
                    _sums[i][at].Add(actual[target], _forecasts[i][at], _scales[place][target]);
                _sums[0][at].AddInterval(actual[target], lower[at], upper[at], tail);
            }
        }
    }

    // The first row of a stretch of the test part in each series.
    private int[] Starts(int stretch, int stretches) => [.. _series.Select(
        series => series.TestStart + (int)((long)(series.Count - series.TestStart) * stretch / stretches))];

    // The rows that have been seen last when the row behind them, in a stretch, and so many further rows are forecast.
    private IEnumerable<int> OriginsOf(TestedSeries series, int start, int end)
    {
        for (int first = Math.Max(1, series.TestStart); first < end && first + _horizon <= series.Count; first += _options.Stride)
        {
            if (first >= start)
                yield return first - 1;
        }
    }
}
