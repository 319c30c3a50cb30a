using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>A trained model in the midst of a graph: from values of its inputs to its finished answers.</summary>
internal sealed class GraphModel
{
    private readonly GraphBuilder _graph;
    private readonly TrainedModel _model;
    private readonly OnnxExportOptions _options;
    private readonly Surroundings _around;
    private readonly float[] _prepared;

    public GraphModel(GraphBuilder graph, TrainedModel model, OnnxExportOptions options, Surroundings around)
    {
        (_graph, _model, _options, _around) = (graph, model, options, around);
        Network = SequenceModel.Create(model.Options);
        _prepared = new float[Network.Layout.PreparedLength];
        Network.Prepare(new Weights(model.Parameters.Values, _prepared));
    }

    /// <summary>The model.</summary>
    public SequenceModel Network { get; }

    /// <summary>Answers whole sequences, of which there are two where examples are pairs.</summary>
    /// <param name="measured">What was measured of the first outputs, (batch, length, outputs), where the model is told such.</param>
    /// <param name="inputs">The sequences of the examples.</param>
    /// <returns>(batch, length, outputs), or (batch, outputs) where there is one answer for each sequence.</returns>
    public Value Answer(Value measured, params SequenceInputs[] inputs)
    {
        OnnxSequences[] sequences = [.. inputs.Select(each => Sequences(each.Held(_around.WarmUp)))];
        var answer = OnnxModels.Of(Network).Answer(sequences);
        if (Network.IsPooled && sequences.Select(IsUnknown).OfType<Value>().ToArray() is [_, ..] unknown)
            answer = unknown.Aggregate((any, one) => any.Or(one)).Choose(_graph.Constant(float.NaN), answer);
        if (_around.WarmUp > 0)
            answer = answer.Slice(1, _around.WarmUp);
        return _around.FirstOutputs?.Correct(sequences[0].Pass, answer, measured) ?? answer;
    }

    /// <summary>Answers one time step of each sequence.</summary>
    /// <param name="values">(batch, channels).</param>
    /// <param name="intervals">(batch, 1), or none.</param>
    /// <param name="measured">What was measured, (batch, outputs), where the model is told first outputs.</param>
    /// <param name="state">The state before the step, (batch, size).</param>
    /// <returns>The answer, (batch, outputs), the state behind the step, and its size.</returns>
    public (Value Answer, Value State, long Size) Step(Value values, Value intervals, Value measured, Value state)
    {
        var (answer, next, size) = Walk(values, intervals, measured, _around.WarmUp == 0 ? state : Held(values, state));
        if (IsUnknown(values, intervals) is { } unknown)
        {
            // Nobody knows what a missing number would have done to the state, until the next stream begins.
            unknown = unknown.Or(state.Slice(1, 0, 1).IsNaN());
            answer = unknown.Choose(_graph.Constant(float.NaN), answer);
            next = unknown.Choose(_graph.Constant(float.NaN), next);
        }
        return (answer, next, size);
    }

    private (Value Answer, Value State, long Size) Walk(Value values, Value intervals, Value measured, Value state)
    {
        var pass = new StepPass(_graph, _model.Parameters, _prepared, _options, state, intervals);
        // With a held start the number of the step stands in front of the state, where it tells whether this is the first.
        if (_around.WarmUp > 0)
            _ = pass.Number;
        var answer = OnnxModels.Of(Network).Answer(new OnnxSequences(pass, values));
        answer = _around.FirstOutputs?.Correct(pass, answer, measured, _around.WarmUp) ?? answer;
        return (answer, pass.NextState, pass.StateSize);
    }

    // The state before a step: where it is the first of its stream, that behind so many steps of the same values, each an interval of 1
    // long and not measured. They are made where a stream of the batch begins.
    private Value Held(Value values, Value state)
    {
        var isFirst = state.Slice(1, 0, 2).Abs().Sum(1, keep: true).EqualTo(_graph.Constant(0f));
        var begins = isFirst.To(ElementType.Float).Largest(0).EqualTo(_graph.Constant(1f));
        return _graph.If(begins, () => isFirst.Choose(Warm(), state), () => state);

        Value Warm()
        {
            var times = Value.Zeros(Value.Concat(0, state.Extent(0), _graph.Constant(_around.WarmUp, 1)));
            var interval = _model.Options.HasIntervals ? _graph.Constant("Ones", [1f], 1, 1) : default;
            return Scan.OfMatrices(
                _graph, [state], [times], (before, _) => ([Walk(values, interval, _graph.Constant(float.NaN), before[0]).State], []))
                .States[0];
        }
    }

    // Which sequences hold a number that is none, (batch, 1): they have no answer, as in the managed engine.
    private Value? IsUnknown(OnnxSequences sequences)
    {
        var whole = (WholePass)sequences.Pass;
        var intervals = _model.Options.HasIntervals ? whole.OnlyValid(whole.Intervals) : default;
        return IsUnknown(sequences.Values, intervals) is { } steps
            ? _graph.Constant(0f).Less(steps.To(ElementType.Float).Sum(1))
            : null;
    }

    // Which time steps hold such a number, (..., 1); null where none can.
    private Value? IsUnknown(Value values, Value intervals)
    {
        Value? unknown = _model.Options.Vocabulary > 0 || Network.TakesMissing
            ? null
            : _graph.Constant(0f).Less(values.IsNaN().To(ElementType.Float).Sum(-1, keep: true));
        if (!_model.Options.HasIntervals)
            return unknown;
        return unknown?.Or(intervals.IsNaN()) ?? intervals.IsNaN();
    }

    // Zeros stand in the padding of what a model reads.
    private OnnxSequences Sequences(SequenceInputs inputs)
    {
        var pass = new WholePass(
            _graph, _model.Parameters, _prepared, _options, inputs.Values, inputs.Lengths, inputs.Intervals);
        return new OnnxSequences(pass, _model.Options.Vocabulary > 0 ? inputs.Values : pass.OnlyValid(inputs.Values));
    }
}
