using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Optimizers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The managed engine. A batch is cut into shards of whole sequences, at places that depend on its size alone. A shard is the work of one
/// thread from packing to gradient, some sequences at a time. The gradients of the shards are added in order, so the bits do not depend on
/// the number of threads.
/// </summary>
internal sealed class CpuEngine : ISequenceEngine
{
    private const int MostShards = 8;
    private const int FewestRows = 128; // with fewer rows, a shard would not be worth a gradient of its own
    private const int ReductionBlock = 8192;
    private const int GroupRows = 1024; // rows that pass through the model together; their activations should stay in the caches

    private readonly SequenceNetwork _model;
    private readonly TaskLoss _loss;
    private readonly AdamW _optimizer;
    private readonly double _clip;
    private readonly CancellationToken _cancellation;
    private readonly Workers _workers;
    private readonly Workspace?[] _workspaces; // of each thread, once it has had a shard
    private readonly ParameterSet _parameters;
    private readonly float[] _prepared;
    private readonly float[][] _gradients = new float[MostShards][];
    private readonly double[] _losses = new double[MostShards];
    private readonly PieceRun _pieces;
    private readonly PiecePass _piecePass;
    private readonly Action<int, int> _trainShard;
    private readonly Action<int, int> _predictShard;
    private readonly Action<int, int> _reduceBlock;

    // What the workers share during one call of the engine.
    private SequenceBatch _batch = new(1, TargetLayout.Classes);
    private float[] _outputs = [];
    private int _shards;
    private double _scale;
    private ulong _dropoutKey;

    public CpuEngine(SequenceNetwork model, ParameterSet parameters, TrainingOptions options, int largestArena = PieceRun.LargestArena)
    {
        _model = model;
        _parameters = parameters.Clone();
        _prepared = new float[model.Layout.PreparedLength];
        _optimizer = new AdamW(parameters.Parameters, options.StateSpaceRateFactor, options.WeightDecay);
        _clip = options.GradientClip;
        _cancellation = options.Cancellation;
        _loss = TaskLoss.Of(model.Options.Task, model.Options.Outputs, options);
        _workers = new Workers(Math.Min(options.Threads ?? Environment.ProcessorCount, MostShards));
        _workspaces = new Workspace?[_workers.Count];
        _pieces = new PieceRun(model, largestArena);
        _piecePass = new PiecePass(model, _parameters, _prepared, _loss, _workers, _pieces, _cancellation);
        (_trainShard, _predictShard, _reduceBlock) = (TrainShard, PredictShard, ReduceBlock);
        Prepare();
    }

    /// <summary>The gradient of the last batch's mean loss, before clipping.</summary>
    public ReadOnlySpan<float> Gradient => GradientsOf(0).Values;

    /// <summary>Workspaces that passes have needed so far, those of pieces aside.</summary>
    internal int Workspaces => _workspaces.Count(workspace => workspace is not null);

    private int GradientLength => _parameters.Values.Length + _model.Layout.GradedLength;

    private Weights Weights => new(_parameters.Values, _prepared);

    public double TrainBatch(SequenceBatch batch, double learningRate, ulong dropoutKey)
    {
        double total = TotalWeight(batch);
        Share(batch);
        (_scale, _dropoutKey) = (1 / total, dropoutKey);
        bool cut = _pieces.Cut(batch);
        if (cut)
            _shards = _pieces.Count;
        for (int shard = 0; shard < _shards; shard++)
            _gradients[shard] ??= new float[GradientLength];
        if (cut)
            _piecePass.Run(batch, _scale, _dropoutKey, _gradients, _losses);
        else
            _workers.Run(_shards, _trainShard);
        _cancellation.ThrowIfCancellationRequested(); // then some shards have ended early
        _workers.Run((GradientLength + ReductionBlock - 1) / ReductionBlock, _reduceBlock);

        double loss = 0;
        for (int shard = 0; shard < _shards; shard++)
            loss += _losses[shard];
        var gradients = GradientsOf(0);
        _model.PrepareBackward(Weights, gradients);
        _optimizer.Step(_parameters.Values, gradients.Values, learningRate, _clip);
        Prepare();
        return loss / total;
    }

    public void Predict(SequenceBatch batch, Span<float> outputs)
    {
        if (_outputs.Length < outputs.Length)
            _outputs = new float[outputs.Length];
        Share(batch);
        _workers.Run(_shards, _predictShard);
        _cancellation.ThrowIfCancellationRequested();
        _outputs.AsSpan(0, outputs.Length).CopyTo(outputs);
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
        Prepare();
    }

    public void Dispose() => _workers.Dispose();

    private void Prepare() => _model.Prepare(Weights);

    private double TotalWeight(SequenceBatch batch)
    {
        double total = 0;
        for (int i = 0; i < batch.Count; i++)
            total += _loss.Weight(new TargetRows(batch.ValidClasses(i), batch.ValidTargets(i)));
        // A batch whose targets all have weight 0, or are not known, teaches nothing. Its loss is then 0, not 0 / 0.
        return total > 0 ? total : 1;
    }

    private void Share(SequenceBatch batch)
    {
        int rows = 0;
        foreach (int length in batch.Lengths)
            rows += length;
        _batch = batch;
        _shards = Math.Clamp(Math.Min(batch.Count, rows / FewestRows), 1, MostShards);
    }

    private (int First, int End) Shard(int shard)
        => ((int)((long)shard * _batch.Count / _shards), (int)((long)(shard + 1) * _batch.Count / _shards));

    // How many sequences, from the first on, pass through the model together.
    private int Group(int first, int end)
    {
        int count = 1;
        for (int rows = _batch.Lengths[first]; first + count < end; count++)
        {
            rows += _batch.Lengths[first + count];
            if (rows > GroupRows)
                break;
        }
        return count;
    }

    private Gradients GradientsOf(int shard)
        => new(_gradients[shard].AsSpan(0, _parameters.Values.Length), _gradients[shard].AsSpan(_parameters.Values.Length));

    private void TrainShard(int worker, int shard)
    {
        var (first, end) = Shard(shard);
        var workspace = _workspaces[worker] ??= new Workspace(_model) { Cancellation = _cancellation };
        _gradients[shard].AsSpan().Clear();
        _losses[shard] = 0;
        for (int count; first < end && !_cancellation.IsCancellationRequested; first += count)
        {
            count = Group(first, end);
            workspace.Pack(_parameters.Values, _batch, first, count, ArenaUse.Train);
            workspace.Forward(Weights, _dropoutKey);
            _losses[shard] += Loss(workspace);
            workspace.Backward(Weights, GradientsOf(shard), _dropoutKey);
        }
    }

    // Returns the loss of what a workspace holds, not yet divided by the batch's weight, and assigns its derivative, which is already
    // divided.
    private double Loss(Workspace workspace)
    {
        _loss.Derivative(workspace.Output, workspace.Targets, _scale, workspace.OutputGradient);
        return _loss.Value(workspace.Output, workspace.Targets);
    }

    private void PredictShard(int worker, int shard)
    {
        var (first, end) = Shard(shard);
        var workspace = _workspaces[worker] ??= new Workspace(_model) { Cancellation = _cancellation };
        for (int count; first < end && !_cancellation.IsCancellationRequested; first += count)
        {
            count = Group(first, end);
            if (count == 1)
            {
                Score(workspace, first);
                continue;
            }
            workspace.Pack(_parameters.Values, _batch, first, count, ArenaUse.Score);
            workspace.Forward(Weights);
            CopyOutput(workspace, first, count);
        }
    }

    private void Score(Workspace workspace, int index)
    {
        if (_model.Options.HasPairs)
            workspace.ScorePair(Weights, _batch.OfPair(2 * index), _batch.OfPair(2 * index + 1), OutputOf(index));
        else
            workspace.Score(Weights, _batch.Valid(index), _batch.ValidIntervals(index), OutputOf(index));
    }

    private Span<float> OutputOf(int sequence)
        => _outputs.AsSpan(sequence * (_model.Head.IsPooled ? 1 : _batch.Length) * _model.Options.Outputs);

    private void CopyOutput(Workspace workspace, int first, int count)
    {
        var output = workspace.Output;
        int outputs = _model.Options.Outputs;
        if (_model.Head.IsPooled)
        {
            output.CopyTo(_outputs.AsSpan(first * outputs));
            return;
        }
        for (int i = 0; i < count; i++)
            output[(workspace.Starts[i] * outputs)..(workspace.Starts[i + 1] * outputs)]
                .CopyTo(_outputs.AsSpan((first + i) * _batch.Length * outputs));
    }

    // Adds a block of the gradients of all shards to that of shard 0, in order.
    private void ReduceBlock(int worker, int block)
    {
        int start = block * ReductionBlock, length = Math.Min(ReductionBlock, GradientLength - start);
        var sum = _gradients[0].AsSpan(start, length);
        for (int shard = 1; shard < _shards; shard++)
            TensorPrimitives.Add(sum, _gradients[shard].AsSpan(start, length), sum);
    }
}
