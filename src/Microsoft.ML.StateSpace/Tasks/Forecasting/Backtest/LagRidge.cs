using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>
/// Ridge regression from a window of lags to each of the next rows: <c>(y_(t+k) - y_t) / s = w_k (1, (y_(t-i) - y_t) / s)</c>, with s the
/// mean size of a change of the series from row to row. One equation a step and target serves all series; all steps share one matrix.
/// </summary>
internal sealed class LagRidge
{
    private const int LeastLags = 32, MostLags = 512, SeasonsBack = 4;

    private static readonly double[] Penalties = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1];

    private readonly int _lags, _horizon, _features;
    private readonly double[]?[] _weights;
    private readonly double[] _window;
    private readonly Dictionary<TestedSeries, double[]> _changes = [];

    public LagRidge(BaselineTraining training)
    {
        _horizon = training.Horizon;
        int longest = training.Ends.Max(), most = Math.Clamp(SeasonsBack * training.Season, LeastLags, MostLags);
        _lags = Math.Clamp((longest - _horizon) / 3, 1, most);
        _features = 1 + _lags;
        _window = new double[_features];
        int targets = training.Series[0].Targets;
        foreach (var series in training.Series)
            _changes[series] = [.. Enumerable.Range(0, targets).Select(target => ChangeOf(series, target))];
        _weights = [.. Enumerable.Range(0, targets).Select(target => Fit(training, target))];
    }

    public void Forecast(TestedSeries series, int row, int target, Span<float> forecasts)
    {
        forecasts.Fill(float.NaN);
        if (_weights[target] is not { } weights || row < series.FirstKnown[target])
            return;
        float[] values = series.Filled[target];
        double scale = _changes[series][target];
        Write(series, row, target, scale);
        for (int step = 0; step < forecasts.Length; step++)
        {
            double change = TensorPrimitives.Dot<double>(_window, weights.AsSpan(step * _features, _features));
            forecasts[step] = (float)(values[row] + scale * change);
        }
    }

    // The equations of a target, (horizon, features); null where the training part has no window.
    private double[]? Fit(BaselineTraining training, int target)
    {
        ForecastMoments fitted = new(_features, _horizon), heldOut = new(_features, _horizon);
        for (int i = 0; i < training.Series.Count; i++)
        {
            var series = training.Series[i];
            double scale = _changes[series][target];
            int first = series.FirstKnown[target] + _lags, end = training.Ends[i] - _horizon;
            if (scale > 0)
                for (int row = first; row < end; row++)
                    Add(row < first + 4L * (end - first) / 5 ? fitted : heldOut, series, row, target, scale);
        }
        int[] all = [.. Enumerable.Range(0, _features)];
        double least = double.PositiveInfinity, penalty = Penalties[^1];
        foreach (double tried in Penalties)
        {
            if (Solve(fitted, all, tried) is not { } weights)
                continue;
            double error = 0;
            for (int step = 0; step < _horizon; step++)
                error += heldOut.ErrorOf(step, weights.AsSpan(step * _features, _features));
            if (error < least)
                (least, penalty) = (error, tried);
        }
        fitted.Add(heldOut);
        return fitted.Count > 0 ? Solve(fitted, all, penalty) : null;
    }

    private double[]? Solve(ForecastMoments moments, int[] all, double penalty)
    {
        var ridge = new ForecastRidge(moments, _features, all, penalty);
        if (!ridge.IsSolvable)
            return null;
        var weights = new double[_horizon * _features];
        for (int step = 0; step < _horizon; step++)
            ridge.Solve(step, baseFeature: -1, weights.AsSpan(step * _features, _features));
        return weights;
    }

    private void Add(ForecastMoments moments, TestedSeries series, int row, int target, double scale)
    {
        Write(series, row, target, scale);
        ReadOnlySpan<double> features = _window;
        for (int i = 0; i < _features; i++)
        {
            var sums = moments.Gram.AsSpan(i * _features, i + 1);
            TensorPrimitives.MultiplyAdd<double>(features[..(i + 1)], features[i], sums, sums);
        }
        float[] values = series.Filled[target];
        for (int step = 0; step < _horizon; step++)
        {
            double change = (values[row + step + 1] - (double)values[row]) / scale;
            var sums = moments.Cross.AsSpan(step * _features, _features);
            TensorPrimitives.MultiplyAdd<double>(features, change, sums, sums);
            moments.Energy[step] += change * change;
        }
        moments.Count++;
    }

    // Writes the features of a row. A window that begins before the series has its first value there.
    private void Write(TestedSeries series, int row, int target, double scale)
    {
        float[] values = series.Filled[target];
        int first = series.FirstKnown[target];
        _window[0] = 1;
        for (int lag = 1; lag <= _lags; lag++)
            _window[lag] = scale > 0 ? (values[Math.Max(first, row - lag)] - (double)values[row]) / scale : 0;
    }

    // The mean size of a change, of the rows before the test part alone.
    private static double ChangeOf(TestedSeries series, int target)
    {
        float[] values = series.Filled[target];
        int first = series.FirstKnown[target], end = series.TestStart;
        double sum = 0;
        for (int row = first + 1; row < end; row++)
            sum += Math.Abs(values[row] - (double)values[row - 1]);
        return end - first > 1 ? sum / (end - first - 1) : 0;
    }
}
