namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// Forecasts all steps of a horizon, with the memory that it takes. Behind the steps that have equations, the forecasts are read as if they
/// had been observed, and the equations forecast from there, block by block. Covariates known so far keep their last value.
/// </summary>
internal sealed class ForecastRecursion(ForecastModel model)
{
    private readonly ForecastShape _shape = model.Shape;
    private readonly ForecastState? _state = model.Shape.Trained > 0 ? model.CreateState() : null;
    private readonly double[] _scratch = new double[model.ScratchSize];
    private readonly float[] _row = new float[model.Shape.Width];

    /// <summary>Forecasts the rows behind the one that a state has read last; see <see cref="ForecastModel.Forecast"/>.</summary>
    public void Forecast(
        ForecastState state, ReadOnlySpan<float> ahead, Span<float> point, Span<float> lower, Span<float> upper)
    {
        model.Forecast(state, ahead, _scratch, point, lower, upper);
        if (_state is null || !state.IsStarted)
            return;
        int width = _shape.AheadWidth;
        state.Values.CopyTo(_state.Values);
        for (int first = _shape.Equations; first < _shape.Horizon; first += _shape.Equations)
        {
            for (int step = first - _shape.Equations; step < first; step++)
            {
                var forecasts = point.Slice(step * _shape.Targets, _shape.Targets);
                if (float.IsNaN(forecasts[0]))
                    return;
                Observe(forecasts, ahead.Length >= (step + 1) * width ? ahead.Slice(step * width, width) : []);
            }
            var rest = ahead[Math.Min(ahead.Length, first * width)..];
            int count = Math.Min(_shape.Equations, _shape.Horizon - first);
            model.Points(_state, rest, _scratch, point.Slice(first * _shape.Targets, count * _shape.Targets));
        }
        model.Bounds(state, point, lower, upper);
    }

    private void Observe(ReadOnlySpan<float> forecasts, ReadOnlySpan<float> ahead)
    {
        _row.AsSpan().Fill(float.NaN);
        forecasts.CopyTo(_row);
        if (ahead.Length > 0)
        {
            ahead[.._shape.KnownAhead].CopyTo(_row.AsSpan(_shape.Targets + _shape.KnownSoFar));
            if (_shape.HasIntervals)
                _row[^1] = ahead[^1];
        }
        _state!.Observe(_row);
    }
}
