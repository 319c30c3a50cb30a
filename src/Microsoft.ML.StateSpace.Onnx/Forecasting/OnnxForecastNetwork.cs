using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Onnx.Proto;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Onnx.Forecasting;

/// <summary>
/// The network beside the equations, as <see cref="ForecastNetworkMemory"/> runs it. What is remembered of it are the rows that it has not
/// read yet, the newest last, (batch, lag, own features and covariates known ahead), and behind them its own state.
/// </summary>
internal sealed class OnnxForecastNetwork
{
    private readonly GraphBuilder _graph;
    private readonly ForecastShape _shape;
    private readonly ForecastNetwork _network;
    private readonly Numbers _numbers;
    private readonly GraphModel _model;
    private readonly int _own, _ahead, _lag;

    public OnnxForecastNetwork(GraphBuilder graph, ForecastShape shape, ForecastNetwork network, Numbers numbers)
    {
        (_graph, _shape, _network, _numbers) = (graph, shape, network, numbers);
        _model = new GraphModel(graph, network.Model, new OnnxExportOptions(), Surroundings.None);
        (_own, _ahead) = (ForecastNetwork.OwnInputs(shape), ForecastNetwork.AheadRows(shape));
        _lag = Math.Max(1, _ahead);
    }

    private int RowSize => _own + _shape.KnownAhead;

    /// <summary>What is remembered, once a row has been observed.</summary>
    public long Size { get; private set; }

    /// <summary>What is remembered behind the row that was read last.</summary>
    /// <param name="before">What the network remembers before it.</param>
    /// <param name="rows">The rows up to this one, (batch, 1).</param>
    /// <param name="features">The features of the row, (batch, RowFeatures).</param>
    /// <param name="isStarted">Whether the features count, (batch, 1).</param>
    /// <param name="ahead">The covariates known ahead in the row, (batch, KnownAhead), where there are such.</param>
    public Value Observe(Value before, Value rows, Value features, Value isStarted, Value ahead)
    {
        var row = isStarted.Choose(Bounded(features.Slice(1, 1)), _numbers.Of(0));
        if (_shape.KnownAhead > 0)
            row = Value.Concat(1, row, Bounded(ahead));
        var all = Value.Concat(1, Waiting(before), row.Unsqueeze(1));
        var kept = Kept(before);
        var (_, next, size) = Step(Inputs(all.Slice(1, 0, 1), Covariates(all)).Squeeze(1), kept);
        // The row that it reads lies so many rows back.
        next = _numbers.Of(_lag).Less(rows).Choose(next.To(ElementType.Double), kept);
        Size = (long)_lag * RowSize + size;
        return Value.Concat(1, all.Slice(1, 1).Reshape(-1, _lag * RowSize), next);
    }

    /// <summary>What the network answers to the row that was read last, (batch, horizon, targets, 3), floats.</summary>
    /// <param name="memory">What is remembered behind the row.</param>
    /// <param name="ahead">The covariates of the horizon steps, (batch, horizon, KnownAhead), where there are such.</param>
    public Value Answer(ForecastMemory memory, Value ahead)
    {
        var waiting = Waiting(memory.Network);
        var covariates = _ahead == 0 ? default : Value.Concat(1, Covariates(waiting), Bounded(ahead.Slice(1, 0, _ahead)));
        var inputs = Inputs(waiting, covariates);
        var kept = Kept(memory.Network).To(ElementType.Float);
        if (_lag == 1)
            return Shaped(_model.Step(inputs.Squeeze(1), default, default, kept).Answer);
        // Rows before the first one are none.
        double[] back = [.. Enumerable.Range(0, _lag).Select(i => (double)(_lag - 1 - i))];
        var isRow = _graph.Doubles("RowsBack", back, 1, _lag, 1).Less(memory.Rows.Unsqueeze(2)).To(ElementType.Float);
        var (_, answers) = Scan.OfMatrices(_graph, [kept], [inputs, isRow], (states, row) =>
        {
            var (answer, next, _) = _model.Step(row[0], default, default, states[0]);
            return ([_graph.Constant(0f).Less(row[1]).Choose(next, states[0])], [answer]);
        });
        return Shaped(answers[0].Slice(1, -1).Squeeze(1));
    }

    /// <summary>Corrects the forecasts of the equations: forecasts and bounds, (batch, horizon, targets), floats.</summary>
    /// <param name="outputs">What <see cref="Answer"/> is.</param>
    /// <param name="scale">The running scales, (batch, targets).</param>
    /// <param name="point">The forecasts, (batch, horizon, targets), floats.</param>
    public (Value Point, Value Lower, Value Upper) Correct(Value outputs, Value scale, Value point)
    {
        Value[] parts = [.. outputs.To(ElementType.Double).SplitAxis(3, 1, 1, 1).Select(part => part.Squeeze(3))];
        Value weight = _numbers.Of(_network.Weight), others = _numbers.Of(1 - _network.Weight);
        var offsets = OfSteps("Offsets", _network.Offsets);
        var unit = OfSteps("Units", _network.Units) * scale.Unsqueeze(1);
        Value median = weight * parts[0], closed = point.To(ElementType.Double);
        var lower = weight * (parts[0] - Width(parts[1])) - others - offsets;
        var upper = weight * (parts[0] + Width(parts[2])) + others + offsets;
        return (At(median), At(lower.Min(median)), At(upper.Max(median)));

        Value At(Value off) => (closed + unit * off).To(ElementType.Float);
    }

    private (Value Answer, Value State, long Size) Step(Value inputs, Value kept)
        => _model.Step(inputs, default, default, kept.To(ElementType.Float));

    private Value Waiting(Value values) => values.Slice(1, 0, _lag * RowSize).Reshape(-1, _lag, RowSize);

    private Value Kept(Value values) => values.Slice(1, _lag * RowSize);

    // The covariates of rows.
    private Value Covariates(Value rows) => _shape.KnownAhead == 0 ? default : rows.Slice(2, _own);

    // What the network reads of some rows, (batch, rows, inputs), floats: each with the covariates of the rows behind it.
    private Value Inputs(Value rows, Value covariates)
    {
        var own = rows.Slice(2, 0, _own);
        if (_ahead == 0)
            return own.To(ElementType.Float);
        // The first rows are those whose inputs are asked for; behind each there are as many as it looks ahead.
        var count = rows.Extent(1);
        var first = _graph.Node("Range", _graph.Integer(1), count.Squeeze(0) + _graph.Integer(1), _graph.Integer(1)).Unsqueeze(1);
        var places = first + _graph.Constant([.. Enumerable.Range(0, _ahead).Select(i => (long)i)]);
        var behind = covariates.Gather(places, axis: 1).Reshape(0, 0, _ahead * _shape.KnownAhead);
        return Value.Concat(2, own, behind).To(ElementType.Float);
    }

    private Value Shaped(Value answer) => answer.Reshape(-1, _shape.Horizon, _shape.Targets, IntervalLoss.Size);

    private Value Bounded(Value value) => _numbers.Bounded(value, -ForecastNetwork.Bound, ForecastNetwork.Bound);

    private Value OfSteps(string name, double[] values) => _graph.Doubles(name, values, _shape.Horizon, _shape.Targets);

    // softplus, as IntervalLoss.WidthOf has it.
    private Value Width(Value output)
    {
        var x = output + _numbers.Of(IntervalLoss.Shift);
        return x.Max(_numbers.Of(0)) + (_numbers.Of(1) + (-x.Abs()).Exp()).Log();
    }
}
