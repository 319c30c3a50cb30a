using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// A network with a share of the sequences. It knows, of each core and sequence, the input, the output and the gradient of the sum of
/// losses, and what the network above a core makes of a change of its output.
/// </summary>
internal sealed class NetworkShare
{
    private readonly SequenceNetwork _network;
    private readonly ParameterSet _parameters;
    private readonly float[] _prepared, _gradients, _preparedGradients;
    private readonly Workspace _workspace;
    private readonly SequenceBatch _batch;
    private readonly TaskLoss _loss;

    public NetworkShare(TrainedModel model, SequenceSet set, IReadOnlyList<int> indices)
    {
        var network = _network = new SequenceNetwork(model.Options);
        _parameters = model.Parameters.Clone();
        (_prepared, _preparedGradients) = (new float[network.Layout.PreparedLength], new float[network.Layout.PreparedLength]);
        _gradients = new float[_parameters.Values.Length];
        network.Prepare(Weights);
        FiniteModel.Require(_parameters, _prepared);
        _workspace = new Workspace(network);
        _batch = new SequenceBatch(set.Features, set.Targets, set.HasIntervals);
        _batch.Fill(set, [.. indices]);
        _loss = TaskLoss.Of(model.Options.Task, model.Options.Outputs, new TrainingOptions());
        (Inputs, Outputs, Slopes) = (Empty(), Empty(), Empty());
        for (int s = 0; s < _batch.Count; s++)
            Record(s);

        float[][][] Empty() => [.. Cores.Select(_ => new float[indices.Count][])];
    }

    /// <summary>The cores.</summary>
    public IReadOnlyList<Layer> Cores => _network.Cores;

    /// <summary>What the parameters of each core are named by.</summary>
    public IReadOnlyList<string> Names => _network.CoreNames;

    public Weights Weights => new(_parameters.Values, _prepared);

    public int Sequences => _batch.Count;

    /// <summary>The sum of the weights of all rows of the loss.</summary>
    public double Weight { get; private set; }

    /// <summary>Of each core and sequence the input, (length, channels).</summary>
    public float[][][] Inputs { get; }

    /// <summary>Of each core and sequence the output, (length, channels).</summary>
    public float[][][] Outputs { get; }

    /// <summary>Of each core and sequence the gradient of the sum of losses with respect to the output, (length, channels).</summary>
    public float[][][] Slopes { get; }

    /// <summary>
    /// What the curvature of the sum of losses makes of a change of a core's output: with the Jacobian J of the network above and the
    /// Hessian H of the loss, <c>J' H J d</c>. J d is a central difference.
    /// </summary>
    /// <param name="core">Index of the core.</param>
    /// <param name="sequence">Index of the sequence.</param>
    /// <param name="change">d, (length, channels).</param>
    /// <param name="scale">By how much d is multiplied to be a small change.</param>
    public double[] Curve(int core, int sequence, double[] change, double scale)
    {
        float[] above = Slope(1), below = Slope(-1);
        Forward(sequence);
        var upstream = _workspace.OutputGradient;
        for (int i = 0; i < upstream.Length; i++)
            upstream[i] = (float)((above[i] - (double)below[i]) / (2 * scale));
        Backward();
        return [.. _workspace.Memory.Gradient(Site(core).Output).ToArray().Select(value => (double)value)];

        float[] Slope(double sign)
        {
            Pack(sequence);
            var schedule = _workspace.Schedule;
            int behind = schedule.EndOf(Site(core).Output);
            _workspace.Run(0, behind, Weights, default);
            var output = _workspace.Memory.Value(Site(core).Output);
            for (int i = 0; i < output.Length; i++)
                output[i] += (float)(sign * scale * change[i]);
            _workspace.Run(behind, schedule.Forward, Weights, default);
            _loss.Derivative(_workspace.Output, _workspace.Targets, 1, _workspace.OutputGradient);
            return _workspace.OutputGradient.ToArray();
        }
    }

    private void Record(int sequence)
    {
        Forward(sequence);
        Weight += _loss.Weight(_workspace.Targets);
        _loss.Derivative(_workspace.Output, _workspace.Targets, 1, _workspace.OutputGradient);
        Backward();
        var memory = _workspace.Memory;
        for (int core = 0; core < Cores.Count; core++)
        {
            var (input, output) = Site(core);
            (Inputs[core][sequence], Outputs[core][sequence], Slopes[core][sequence]) =
                (memory.Value(input).ToArray(), memory.Value(output).ToArray(), memory.Gradient(output).ToArray());
        }
    }

    private LayerSite Site(int core) => _network.Program.Site(Cores[core]);

    private void Pack(int sequence) => _workspace.Pack(_parameters.Values, _batch, sequence, 1, ArenaUse.Study);

    private void Forward(int sequence)
    {
        Pack(sequence);
        _workspace.Forward(Weights);
    }

    private void Backward()
    {
        Array.Clear(_preparedGradients);
        _workspace.Backward(Weights, new Gradients(_gradients, _preparedGradients));
    }
}
