using System.Collections.Concurrent;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Losses;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>Scores sequences with a trained model. Safe to use from many threads at once: each call borrows memory of its own.</summary>
internal sealed class SequencePredictor
{
    private readonly SequenceModel _network;
    private readonly ParameterSet _parameters;
    private readonly float[] _prepared;
    private readonly ConcurrentBag<Workspace> _workspaces = [];

    public SequencePredictor(TrainedModel model)
    {
        Model = model;
        _network = new SequenceModel(model.Options);
        _parameters = model.Parameters;
        _prepared = new float[_network.Layout.PreparedLength];
        _network.Prepare(Weights);
        FiniteModel.Require(_parameters, _prepared);
    }

    public TrainedModel Model { get; }

    /// <summary>A stream of its own through this model, which must be causal; parameters and prepared values are shared.</summary>
    public SequenceStream CreateStream() => new(_network, _parameters, _prepared);

    private Weights Weights => new(_parameters.Values, _prepared);

    /// <summary>Floats of the answer to a sequence of <paramref name="length"/> steps: class probabilities, or (length, outputs).</summary>
    public int OutputLength(int length) => _network.OutputRows(length, 1) * Model.Options.Outputs;

    /// <summary>Scores one sequence of a model without intervals.</summary>
    public void Predict(ReadOnlySpan<float> values, Span<float> outputs) => Predict(values, [], outputs);

    /// <summary>
    /// Scores one sequence (length, inputs), with its intervals (length) where the model takes them. A NaN in it, or a length of 0, gives
    /// NaN scores.
    /// </summary>
    public void Predict(ReadOnlySpan<float> values, ReadOnlySpan<float> intervals, Span<float> outputs)
    {
        if (values.IsEmpty || (_network.IsPooled && Reductions.HasNaN(values)))
        {
            outputs.Fill(float.NaN);
            return;
        }
        if (!_workspaces.TryTake(out var workspace))
            workspace = new Workspace(_network);
        workspace.Pack(values, intervals);
        workspace.Forward(Weights);
        workspace.Output.CopyTo(outputs);
        _workspaces.Add(workspace);
        if (_network.IsPooled)
            CrossEntropyLoss.Softmax(outputs, Model.Options.Outputs);
        else
            _network.Output!.Invert(_parameters.Values, outputs);
    }
}
