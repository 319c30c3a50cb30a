using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Optimizers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>
/// The managed engine. Many sequences are worked on in shards of whole ones (<see cref="ShardPass"/>), a few long ones in pieces
/// (<see cref="PiecePass"/>), at places that depend on the batch alone, and gradients are added in order: so the bits do not depend on the
/// number of threads.
/// </summary>
internal sealed class CpuEngine : ISequenceEngine
{
    private readonly INetwork _network;
    private readonly ParameterSet _parameters;
    private readonly float[] _prepared;
    private readonly TaskLoss _loss;
    private readonly AdamW _optimizer;
    private readonly double _clip;
    private readonly CancellationToken _cancellation;
    private readonly Workers _workers;
    private readonly Workspaces _workspaces;
    private readonly GradientSums _sums;
    private readonly PieceRun _pieces;
    private readonly PiecePass _piecePass;
    private readonly ShardPass _shardPass;

    public CpuEngine(INetwork network, ParameterSet parameters, TrainingOptions options, long largestArena = PieceRun.LargestArena)
    {
        (_network, _clip, _cancellation) = (network, options.GradientClip, options.Cancellation);
        _parameters = parameters.Clone();
        _prepared = new float[network.Layout.PreparedLength];
        _optimizer = new AdamW(parameters.Parameters, options.StateSpaceRateFactor, options.WeightDecay);
        _loss = TaskLoss.Of(network.Task, network.Outputs, options);
        _workers = new Workers(Math.Min(options.Threads ?? Environment.ProcessorCount, Shards.Most));
        _workspaces = new Workspaces(network, Shards.Most, largestArena, _workers.Count, _cancellation);
        _sums = new GradientSums(_parameters.Values.Length, network.Layout.GradedLength, _workers);
        _pieces = new PieceRun(network, _workspaces);
        _piecePass = new PiecePass(network, _parameters, _prepared, _loss, _workers, _pieces, _cancellation);
        _shardPass = new ShardPass(network, _parameters, _prepared, _loss, _workers, _workspaces, _sums, _cancellation);
        network.Prepare(Weights);
    }

    /// <summary>The gradient of the last batch's mean loss, before clipping.</summary>
    public ReadOnlySpan<float> Gradient => _sums[0].Values;

    /// <summary>Workspaces that passes have needed so far.</summary>
    internal int Workspaces => _workspaces.Count;

    private Weights Weights => new(_parameters.Values, _prepared);

    public double TrainBatch(SequenceBatch batch, double learningRate, ulong dropoutKey)
    {
        double total = TotalWeight(batch);
        if (_pieces.Cut(batch))
        {
            _sums.Begin(_pieces.Count);
            _piecePass.Run(batch, 1 / total, dropoutKey, _sums.All, _sums.Losses);
        }
        else
        {
            _shardPass.Train(batch, 1 / total, dropoutKey);
        }
        _cancellation.ThrowIfCancellationRequested(); // then some shards have ended early
        double loss = _sums.Reduce();
        var gradients = _sums[0];
        _network.PrepareBackward(Weights, gradients);
        _optimizer.Step(_parameters.Values, gradients.Values, learningRate, _clip);
        _network.Prepare(Weights);
        _workspaces.EndCall();
        return loss / total;
    }

    public void Predict(SequenceBatch batch, Span<float> outputs)
    {
        _shardPass.Score(batch, outputs);
        _cancellation.ThrowIfCancellationRequested();
        _workspaces.EndCall();
    }

    public void Export(ParameterSet destination) => _parameters.Values.CopyTo(destination.Values);

    public void Save(EngineState state)
    {
        _parameters.Values.CopyTo(state.Values);
        _optimizer.Save(state.First, state.Second);
        state.Steps = _optimizer.Steps;
    }

    public void Load(EngineState state)
    {
        state.Values.CopyTo(_parameters.Values);
        _optimizer.Load(state.First, state.Second, state.Steps);
        _network.Prepare(Weights);
    }

    public void Dispose() => _workers.Dispose();

    private double TotalWeight(SequenceBatch batch)
    {
        double total = 0;
        for (int i = 0; i < batch.Count; i++)
            total += _loss.Weight(new TargetRows(batch.ValidClasses(i), batch.ValidTargets(i)));
        // A batch whose targets all have weight 0, or are not known, teaches nothing. Its loss is then 0, not 0 / 0.
        return total > 0 ? total : 1;
    }
}
