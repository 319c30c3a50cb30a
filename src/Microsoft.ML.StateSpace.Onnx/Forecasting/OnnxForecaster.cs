using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Forecasting;

/// <summary>
/// A forecaster in the midst of a graph: reads rows, and forecasts the rows behind the last one, as <see cref="ForecastModel"/> and
/// <see cref="ForecastRecursion"/> do.
/// </summary>
internal sealed class OnnxForecaster
{
    private readonly GraphBuilder _graph;
    private readonly ForecastModel _model;
    private readonly ForecastShape _shape;
    private readonly Numbers _numbers;
    private readonly OnnxForecastState _state;
    private readonly OnnxForecastFeatures _features;
    private readonly OnnxForecastNetwork? _network;

    public OnnxForecaster(GraphBuilder graph, ForecastModel model)
    {
        (_graph, _model, _shape, _numbers) = (graph, model, model.Shape, new Numbers(graph, model.Scales));
        _state = new OnnxForecastState(graph, _shape, model.Scales, _numbers);
        _features = new OnnxForecastFeatures(graph, _shape, model.Steps, _numbers);
        _network = model.Network is { } network ? new OnnxForecastNetwork(graph, _shape, network, _numbers) : null;
    }

    /// <summary>Values of the state, once a row has been observed.</summary>
    public long StateSize => ForecastMemory.SizeOf(_shape) + (_network?.Size ?? 0);

    /// <summary>The parts of a state, (batch, size).</summary>
    public ForecastMemory MemoryOf(Value state) => ForecastMemory.Of(state, _shape, _network is not null);

    /// <summary>The running scales of the targets, (batch, targets).</summary>
    public Value Scale(ForecastMemory memory) => _state.Scale(memory);

    /// <summary>What is remembered behind the next row.</summary>
    /// <param name="before">What is remembered before it.</param>
    /// <param name="row">(batch, Width), doubles.</param>
    public ForecastMemory Observe(ForecastMemory before, Value row)
    {
        var next = _state.Observe(before, row);
        if (_network is null)
            return next;
        var features = _features.OfRow(next, _state.Scale(next));
        var ahead = _shape.KnownAhead == 0 ? default : _state.Ahead(next);
        return next with { Network = _network.Observe(before.Network, next.Rows, features, _state.IsStarted(next), ahead) };
    }

    /// <summary>What is remembered behind whole series.</summary>
    /// <param name="rows">(batch, length, Width), floats.</param>
    /// <param name="lengths">Rows of each series, (batch), int64.</param>
    public ForecastMemory Read(Value rows, Value lengths)
        => MemoryOf(SeriesScan.Of(
            _graph, rows, lengths, StateSizeOf(_model), (state, row) => (Observe(MemoryOf(state), row).ToState(_shape), [])).State);

    /// <summary>Forecasts and bounds of the rows behind the last one, (batch, horizon, targets) each, floats.</summary>
    /// <param name="memory">What is remembered.</param>
    /// <param name="ahead">
    /// What is known ahead, (batch, rows, AheadWidth), floats; steps behind these rows are NaN where there are covariates known ahead.
    /// </param>
    public (Value Point, Value Lower, Value Upper) Forecast(ForecastMemory memory, Value ahead)
    {
        int blocks = (_shape.Horizon + _shape.Equations - 1) / _shape.Equations;
        var given = _shape.AheadWidth == 0 ? default : Padded(memory, ahead, blocks * _shape.Equations);
        var (point, covariates) = Points(memory, Rows(given, 0, _shape.Equations));
        if (blocks > 1)
            point = Value.Concat(1, point, Recursion(memory, point, given, blocks)).Slice(1, 0, _shape.Horizon);
        var scale = _state.Scale(memory);
        var half = scale.Unsqueeze(1) * OfSteps("HalfWidths", _model.HalfWidths);
        var closed = point.To(ElementType.Double);
        var (lower, upper) = ((closed - half).To(ElementType.Float), (closed + half).To(ElementType.Float));
        if (_network is not null)
            (point, lower, upper) = _network.Correct(_network.Answer(memory, covariates), scale, point);
        var isKnown = _state.IsStarted(memory).Unsqueeze(2);
        if (_shape.KnownAhead > 0)
            isKnown = isKnown.And(IsGiven(ahead));
        return (Known(point), Known(lower), Known(upper));

        Value Known(Value values) => isKnown.Choose(values, _graph.Constant(float.NaN));
    }

    // How much a network remembers is known once its layers have taken their parts.
    private static long StateSizeOf(ForecastModel model)
    {
        var graph = new GraphBuilder("Size");
        var forecaster = new OnnxForecaster(graph, model);
        forecaster.Observe(forecaster.MemoryOf(new Value(graph, "state")), new Value(graph, "row"));
        return forecaster.StateSize;
    }

    // The forecasts of as many steps as there are equations, (batch, Equations, targets), floats, and their covariates.
    private (Value Point, Value Covariates) Points(ForecastMemory memory, Value ahead)
    {
        int count = _shape.Equations;
        var scale = _state.Scale(memory);
        var covariates = _shape.KnownAhead == 0 ? default : Filled(_state.Ahead(memory), ahead.Slice(2, 0, _shape.KnownAhead), count);
        var intervals = _shape.IsIrregular ? MeanIntervals(ahead, count) : default;
        var row = _features.OfRow(memory, scale);
        var rowWeights = _graph.Doubles("RowWeights", RowWeights(), _shape.RowFeatures, (long)count * _shape.Targets);
        var sums = row.MatMul(rowWeights).Reshape(-1, count, _shape.Targets);
        if (_shape.StepFeatures > 0)
        {
            var steps = _features.OfSteps(memory, row, scale, covariates, intervals, count);
            var weights = _graph.Doubles("StepWeights", StepWeights(), count, _shape.StepFeatures, _shape.Targets);
            sums += steps.Transpose(1, 0, 2).MatMul(weights).Transpose(1, 0, 2);
        }
        return ((memory.Last.Unsqueeze(1) + scale.Unsqueeze(1) * sums).To(ElementType.Float), covariates);
    }

    // Behind the steps that have equations, block by block: forecasts are read as if they had been observed, and equations go on from
    // there.
    private Value Recursion(ForecastMemory memory, Value first, Value given, int blocks)
    {
        int steps = _shape.Equations, width = Math.Max(1, _shape.AheadWidth), size = steps * _shape.Targets;
        Value Blocks(int from) => given.Builder is null
            ? _numbers.Of(0).Expand(Value.Concat(0, first.Extent(0), _graph.Constant(blocks - 1, steps * width)))
            : given.Slice(1, from * steps, (from + blocks - 1) * steps).Reshape(0, blocks - 1, steps * width);

        var start = (memory with { Network = default }).ToState(_shape);
        Value[] initial = [start, first.Reshape(-1, size).To(ElementType.Double)];
        var (_, made) = Scan.OfMatrices(_graph, initial, [Blocks(0), Blocks(1)], (states, ahead) =>
        {
            var seen = Observed(states[0], states[1].Reshape(-1, steps, _shape.Targets), ahead[0].Reshape(-1, steps, width));
            var behind = ahead[1].Reshape(-1, steps, width);
            var (point, _) = Points(ForecastMemory.Of(seen, _shape, hasNetwork: false), behind);
            var flat = point.Reshape(-1, size).To(ElementType.Double);
            return ([seen, flat], [flat]);
        }, ElementType.Double);
        return made[0].Reshape(0, (blocks - 1) * steps, _shape.Targets).To(ElementType.Float);
    }

    // Reads forecasts as rows, in which all is missing that is not forecast and not known ahead.
    private Value Observed(Value state, Value forecasts, Value ahead)
    {
        List<Value> parts = [forecasts];
        if (_shape.KnownSoFar > 0)
            parts.Add(Missing(_shape.KnownSoFar));
        if (_shape.KnownAhead > 0)
            parts.Add(ahead.Slice(2, 0, _shape.KnownAhead));
        if (_shape.Statics > 0)
            parts.Add(Missing(_shape.Statics));
        if (_shape.HasIntervals)
            parts.Add(ahead.Slice(2, _shape.KnownAhead));
        var rows = Value.Concat(2, [.. parts]);
        return Scan.OfMatrices(
            _graph, [state], [rows],
            (before, row) =>
                ([_state.Observe(ForecastMemory.Of(before[0], _shape, hasNetwork: false), row[0]).ToState(_shape)], []),
            ElementType.Double).States[0];

        Value Missing(int count) => _numbers.Of(double.NaN).Expand(
            Value.Concat(0, forecasts.Extent(0), _graph.Constant(_shape.Equations, count)));
    }

    // What is known ahead as doubles, (batch, count, AheadWidth); NaN behind the last row that is given.
    private Value Padded(ForecastMemory memory, Value ahead, int count)
    {
        var missing = _numbers.Of(double.NaN).Expand(Value.Concat(0, memory.Rows.Extent(0), _graph.Constant(count, _shape.AheadWidth)));
        return Value.Concat(1, ahead.To(ElementType.Double), missing).Slice(1, 0, count);
    }

    private static Value Rows(Value given, int from, int to) => given.Builder is null ? given : given.Slice(1, from, to);

    // Which horizon steps lie within the rows that are given, (1, horizon, 1).
    private Value IsGiven(Value ahead)
    {
        long[] steps = [.. Enumerable.Range(0, _shape.Horizon).Select(step => (long)step)];
        return _graph.Integers("Steps", steps, 1, _shape.Horizon, 1).Less(ahead.Extent(1));
    }

    // Standardised covariates of steps, (batch, count, KnownAhead). A missing one is as in the step before: each round fills from twice as
    // far before.
    private Value Filled(Value before, Value ahead, int count)
    {
        var values = _numbers.Standardised(ahead, _shape.KnownSoFar, _shape.KnownAhead);
        values = Value.Concat(
            1, before.Unsqueeze(1), _numbers.IsKnown(ahead).Choose(values, _numbers.Of(double.NaN)));
        for (int back = 1; back <= count; back *= 2)
        {
            var earlier = Value.Concat(1, values.Slice(1, 0, back), values.Slice(1, 0, -back));
            values = values.IsNaN().Choose(earlier, values);
        }
        return values.Slice(1, 1);
    }

    private Value MeanIntervals(Value ahead, int count)
    {
        var intervals = _numbers.Intervals(ahead.Slice(2, _shape.KnownAhead));
        double[] steps = [.. Enumerable.Range(1, count).Select(step => (double)step)];
        return intervals.RunningSum(1) / _graph.Doubles("StepNumbers", steps, 1, count, 1);
    }

    private Value OfSteps(string name, double[] values) => _graph.Doubles(name, values, _shape.Horizon, _shape.Targets);

    // Weights of the features of rows, (RowFeatures, Equations * Targets).
    private double[] RowWeights()
    {
        int equations = _shape.Equations * _shape.Targets, count = _shape.RowFeatures;
        var weights = new double[count * equations];
        for (int equation = 0; equation < equations; equation++)
        {
            for (int feature = 0; feature < count; feature++)
                weights[feature * equations + equation] = _model.Weights[equation * _shape.Features + feature];
        }
        return weights;
    }

    // Weights of the features of steps, (Equations, StepFeatures, Targets).
    private double[] StepWeights()
    {
        int features = _shape.StepFeatures;
        var weights = new double[_shape.Equations * features * _shape.Targets];
        for (int equation = 0; equation < _shape.Equations * _shape.Targets; equation++)
        {
            var (step, target) = Math.DivRem(equation, _shape.Targets);
            for (int feature = 0; feature < features; feature++)
                weights[(step * features + feature) * _shape.Targets + target]
                    = _model.Weights[equation * _shape.Features + _shape.RowFeatures + feature];
        }
        return weights;
    }
}
