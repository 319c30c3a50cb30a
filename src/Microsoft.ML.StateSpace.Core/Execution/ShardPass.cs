using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>
/// Forward, loss and backward of a batch in shards, or its scores. A shard is the work of one thread from packing to gradient, some
/// sequences at a time.
/// </summary>
/// <param name="network">The network.</param>
/// <param name="parameters">Its parameters; they may change between two runs.</param>
/// <param name="prepared">The values prepared from them.</param>
/// <param name="loss">The loss.</param>
/// <param name="workers">The threads.</param>
/// <param name="workspaces">A workspace for each of them.</param>
/// <param name="sums">Where gradients and losses go.</param>
/// <param name="cancellation">Ends a run early, with results that are not to be used.</param>
internal sealed class ShardPass(
    INetwork network, ParameterSet parameters, float[] prepared, TaskLoss loss, Workers workers, Workspaces workspaces, GradientSums sums,
    CancellationToken cancellation)
{
    private readonly ScoringWindows?[] _windows = new ScoringWindows?[Shards.Most]; // of each thread
    private SequenceBatch _batch = new(1, TargetLayout.Classes);
    private Shards _shards;
    private float[] _outputs = [];
    private double _scale;
    private ulong _dropoutKey;
    private Action<int, int>? _train, _score;

    private Weights Weights => new(parameters.Values, prepared);

    /// <summary>Fills the gradients and losses of the shards.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="scale">What derivatives of the loss are multiplied by.</param>
    /// <param name="dropoutKey">Key of the random masks; 0 drops nothing.</param>
    public void Train(SequenceBatch batch, double scale, ulong dropoutKey)
    {
        (_batch, _shards, _scale, _dropoutKey) = (batch, new Shards(batch), scale, dropoutKey);
        sums.Begin(_shards.Count);
        workers.Run(_shards.Count, _train ??= TrainShard);
    }

    /// <summary>Assigns logits, (count, classes), or standardised outputs, (count, length, outputs).</summary>
    public void Score(SequenceBatch batch, Span<float> outputs)
    {
        if (_outputs.Length < outputs.Length)
            _outputs = new float[outputs.Length];
        (_batch, _shards) = (batch, new Shards(batch));
        workers.Run(_shards.Count, _score ??= ScoreShard);
        if (!cancellation.IsCancellationRequested)
            _outputs.AsSpan(0, outputs.Length).CopyTo(outputs);
    }

    private void TrainShard(int worker, int shard)
    {
        var (first, end) = _shards.Of(shard);
        var workspace = workspaces[worker];
        sums.Clear(shard);
        for (int count; first < end && !cancellation.IsCancellationRequested; first += count)
        {
            count = _shards.Group(first, end);
            workspace.Pack(parameters.Values, _batch, first, count, ArenaUse.Train);
            workspace.Forward(Weights, _dropoutKey);
            loss.Derivative(workspace.Output, workspace.Targets, _scale, workspace.OutputGradient);
            sums.Losses[shard] += loss.Value(workspace.Output, workspace.Targets);
            workspace.Backward(Weights, sums[shard], _dropoutKey);
        }
    }

    private void ScoreShard(int worker, int shard)
    {
        var (first, end) = _shards.Of(shard);
        var workspace = workspaces[worker];
        var windows = _windows[worker] ??= new ScoringWindows(network) { Workspace = workspace };
        for (int count; first < end && !cancellation.IsCancellationRequested; first += count)
        {
            count = _shards.Group(first, end);
            if (count > 1)
                ScoreGroup(workspace, first, count);
            else if (network.HasPairs)
                windows.ScorePair(Weights, _batch.OfPair(2 * first), _batch.OfPair(2 * first + 1), OutputOf(first));
            else
                windows.Score(Weights, _batch.Valid(first), _batch.ValidIntervals(first), OutputOf(first));
        }
    }

    private void ScoreGroup(Workspace workspace, int first, int count)
    {
        workspace.Pack(parameters.Values, _batch, first, count, ArenaUse.Score);
        workspace.Forward(Weights);
        var output = workspace.Output;
        if (network.Head.IsPooled)
        {
            output.CopyTo(OutputOf(first));
            return;
        }
        for (int i = 0; i < count; i++)
            output[(workspace.Starts[i] * network.Outputs)..(workspace.Starts[i + 1] * network.Outputs)].CopyTo(OutputOf(first + i));
    }

    private Span<float> OutputOf(int sequence)
        => _outputs.AsSpan(sequence * (network.Head.IsPooled ? 1 : _batch.Length) * network.Outputs);
}
