using Microsoft.ML.StateSpace.Forecasting;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Forecasting;

/// <summary>
/// A detector of anomalies in the midst of a graph, as <see cref="AnomalyRun"/> scores rows. Behind the state of its forecaster stand, for
/// each target, the unit of its errors, how many it is the mean of, and how many values in succession were not learned from.
/// </summary>
internal sealed class OnnxAnomalies(GraphBuilder graph, AnomalyModel model)
{
    private readonly ForecastShape _shape = model.Forecaster.Shape;
    private readonly OnnxForecaster _forecaster = new(graph, model.Forecaster);
    private readonly Numbers _numbers = new(graph, model.Forecaster.Scales);
    private readonly long _errorStart = ForecastMemory.SizeOf(model.Forecaster.Shape);

    /// <summary>Values of the state.</summary>
    public long StateSize => _errorStart + 3L * _shape.Targets;

    /// <summary>Scores all rows of whole series, (batch, length, targets, 3).</summary>
    /// <param name="rows">(batch, length, Width), floats.</param>
    /// <param name="lengths">Rows of each series, (batch), int64.</param>
    public Value Score(Value rows, Value lengths)
        => SeriesScan.Of(graph, rows, lengths, StateSize, (state, row) =>
        {
            var (answer, next) = Step(state, row);
            return (next, [answer.Reshape(-1, _shape.Targets * AnomalyModel.Parts)]);
        }).Outputs[0].Reshape(0, 0, _shape.Targets, AnomalyModel.Parts);

    /// <summary>Scores the next row, then reads it.</summary>
    /// <param name="state">The state before it, (batch, size), doubles.</param>
    /// <param name="row">(batch, Width), doubles.</param>
    /// <returns>Alert, raw score and p-value, (batch, targets, 3), and the state behind the row.</returns>
    public (Value Answer, Value State) Step(Value state, Value row)
    {
        var memory = _forecaster.MemoryOf(state);
        var values = row.Slice(1, 0, _shape.Targets);
        var ahead = _shape.AheadWidth == 0 ? default : Ahead(row).Unsqueeze(1).To(ElementType.Float);
        var forecast = _forecaster.Forecast(memory, ahead).Point.Squeeze(1).To(ElementType.Double);
        Value[] errors = [.. Enumerable.Range(0, 3).Select(i => _errorStart + (long)i * _shape.Targets)
            .Select(start => state.Slice(1, start, start + _shape.Targets))];
        Value mean = errors[0], count = errors[1], held = errors[2];

        var error = values - forecast;
        var isKnown = _numbers.IsKnown(error);
        error = error.Abs().AtMost(_numbers.Of(AnomalyRun.Rounding) * forecast.Abs()).Choose(_numbers.Of(0), error);
        var unit = Unit(_forecaster.Scale(memory), mean, count);
        var size = error.Abs().Min(_numbers.Of(ErrorUnit.MostUnits) * unit);
        var counted = count + _numbers.Of(1);
        var moved = mean + (size - mean) / counted.Min(_numbers.Of(ErrorUnit.Memory));

        var isScored = isKnown.And(_numbers.Of(model.FirstRow).AtMost(memory.Rows));
        var score = error / unit;
        var p = PValues(isScored.Choose(score, _numbers.Of(0)));
        var alerts = isScored.And(p.Less(_numbers.Of(model.Options.Level)));
        var isHeld = alerts.And(held.Less(_numbers.Of(model.Options.LongestSpike)));
        var nextHeld = isHeld.Choose(held + _numbers.Of(1), isScored.And(alerts.Not()).Choose(_numbers.Of(0), held));

        Value missing = _numbers.Of(double.NaN), learned = isHeld.Choose(forecast, values);
        if (_shape.Width > _shape.Targets)
            learned = Value.Concat(1, learned, row.Slice(1, _shape.Targets));
        var next = Value.Concat(
            1, _forecaster.Observe(memory, learned).ToState(_shape), isKnown.Choose(moved, mean), isKnown.Choose(counted, count), nextHeld);
        Value[] parts = [alerts.To(ElementType.Double), isScored.Choose(score, missing), isScored.Choose(p, missing)];
        return (Value.Concat(2, [.. parts.Select(part => part.Unsqueeze(2))]), next);
    }

    // What is known ahead of a row, out of the row itself.
    private Value Ahead(Value row)
    {
        long start = _shape.Targets + _shape.KnownSoFar;
        var covariates = row.Slice(1, start, start + _shape.KnownAhead);
        if (!_shape.HasIntervals)
            return covariates;
        var interval = row.Slice(1, _shape.Width - 1);
        return _shape.KnownAhead == 0 ? interval : Value.Concat(1, covariates, interval);
    }

    private Value Unit(Value scale, Value mean, Value count)
    {
        var errors = count.Min(_numbers.Of(ErrorUnit.Memory));
        var typical = _numbers.Of("Typical", [.. model.Levels.Select(levels => levels.Typical)]);
        var prior = _numbers.Of(ErrorUnit.PriorErrors);
        return ((prior * typical * scale + errors * mean) / (prior + errors)).Max(_numbers.Of(ErrorUnit.LeastUnit) * scale);
    }

    // (batch, targets), target by target, since each has errors of its own.
    private Value PValues(Value scores)
        => Value.Concat(1, [.. model.Levels.Select((levels, j) => PValue(levels, scores.Slice(1, j, j + 1)))]);

    private Value PValue(ErrorLevels levels, Value error) => model.Options.Side switch
    {
        AlertSide.Positive => Above(levels, error),
        AlertSide.Negative => Below(levels, error),
        _ => (_numbers.Of(2) * Above(levels, error).Min(Below(levels, error))).Min(_numbers.Of(1)),
    };

    private Value Above(ErrorLevels levels, Value error)
        => Share(levels, Sorted(levels).Less(error - _numbers.Of(ErrorLevels.Tolerance)).Not(), levels.Upper, error);

    private Value Below(ErrorLevels levels, Value error)
        => Share(levels, Sorted(levels).AtMost(error + _numbers.Of(ErrorLevels.Tolerance)), levels.Lower, -error);

    // (1 + count) / (n + 1), which falls as the tail does where there is none.
    private Value Share(ErrorLevels levels, Value isAsExtreme, ErrorTail tail, Value error)
    {
        var one = _numbers.Of(1);
        var count = isAsExtreme.To(ElementType.Double).Sum(1, keep: true);
        var beyond = (error - _numbers.Of(tail.Largest)).Max(_numbers.Of(0)) / _numbers.Of(tail.Scale);
        var beyondAll = tail.Shape > 0
            ? graph.Node("Pow", one + _numbers.Of(tail.Shape) * beyond, _numbers.Of(-1 / tail.Shape))
            : (-beyond).Exp();
        return (count + one) / _numbers.Of(levels.Sorted.Length + 1.0) * count.Less(one).Choose(beyondAll, one);
    }

    private Value Sorted(ErrorLevels levels) => graph.Doubles("Errors", levels.Sorted, 1, levels.Sorted.Length);
}
