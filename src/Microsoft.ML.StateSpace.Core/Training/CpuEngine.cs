using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Losses;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Optimizers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The managed engine. A batch is cut into shards of whole sequences, at places that depend on its size alone; a shard is one thread's work from
/// packing to gradient, and shard gradients are added in order. So the bits do not depend on the number of threads.
/// </summary>
internal sealed class CpuEngine : ISequenceEngine
{
    private const int MostShards = 8;
    private const int FewestRows = 128; // less work than this does not pay for a shard's gradient
    private const int ReductionBlock = 8192;

    private readonly SequenceModel _model;
    private readonly CrossEntropyLoss? _crossEntropy;
    private readonly AdamW _optimizer;
    private readonly double _clip;
    private readonly Workers _workers;
    private readonly Workspace[] _workspaces;
    private readonly ParameterSet _parameters;
    private readonly float[] _prepared;
    private readonly float[][] _gradients = new float[MostShards][];
    private readonly double[] _losses = new double[MostShards];
    private readonly Action<int, int> _trainShard;
    private readonly Action<int, int> _predictShard;
    private readonly Action<int, int> _reduceBlock;

    // What the workers share during one call.
    private SequenceBatch _batch = new(1, 0);
    private float[] _outputs = [];
    private int _shards;
    private double _scale;
    private ulong _dropoutKey;

    public CpuEngine(SequenceModel model, ParameterSet parameters, TrainingOptions options)
    {
        _model = model;
        _parameters = parameters.Clone();
        _prepared = new float[model.Layout.PreparedLength];
        _optimizer = new AdamW(parameters.Parameters, options.StateSpaceRateFactor, options.WeightDecay);
        _clip = options.GradientClip;
        if (model.IsPooled)
            _crossEntropy = new CrossEntropyLoss(model.Options.Outputs, options.LabelSmoothing ?? 0, options.ClassWeights);
        _workers = new Workers(options.Threads ?? Environment.ProcessorCount);
        _workspaces = [.. Enumerable.Range(0, _workers.Count).Select(_ => new Workspace())];
        (_trainShard, _predictShard, _reduceBlock) = (TrainShard, PredictShard, ReduceBlock);
        Prepare();
    }

    private int GradientLength => _parameters.Values.Length + _prepared.Length;

    private Weights Weights => new(_parameters.Values, _prepared);

    public double TrainBatch(SequenceBatch batch, double learningRate, ulong dropoutKey)
    {
        double total = TotalWeight(batch);
        Share(batch);
        (_scale, _dropoutKey) = (1 / total, dropoutKey);
        _workers.Run(_shards, _trainShard);
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
        _outputs.AsSpan(0, outputs.Length).CopyTo(outputs);
    }

    public void Export(ParameterSet destination) => _parameters.Values.CopyTo(destination.Values);

    public void Dispose() => _workers.Dispose();

    private void Prepare() => _model.Prepare(Weights);

    private double TotalWeight(SequenceBatch batch)
    {
        double total = 0;
        for (int i = 0; i < batch.Count; i++)
            total += _crossEntropy?.Weight(batch.Labels[i]) ?? batch.Lengths[i] * _model.Options.Outputs;
        // A batch of classes without weight teaches nothing; its loss is then 0, not 0 / 0.
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

    private (int First, int Count) Shard(int shard)
    {
        int first = (int)((long)shard * _batch.Count / _shards), end = (int)((long)(shard + 1) * _batch.Count / _shards);
        return (first, end - first);
    }

    private Gradients GradientsOf(int shard)
    {
        _gradients[shard] ??= new float[GradientLength];
        return new(_gradients[shard].AsSpan(0, _parameters.Values.Length), _gradients[shard].AsSpan(_parameters.Values.Length));
    }

    private void TrainShard(int worker, int shard)
    {
        var (first, count) = Shard(shard);
        var workspace = _workspaces[worker];
        var gradients = GradientsOf(shard);
        _gradients[shard].AsSpan().Clear();
        workspace.Pack(_model, _parameters.Values, _batch, first, count, training: true);
        workspace.Forward(_model, Weights, training: true, _dropoutKey, first);
        Span<float> output = workspace.Output(_model), gradient = workspace.OutputGradient(_model);
        if (_crossEntropy is not null)
        {
            var labels = _batch.Labels.Slice(first, count);
            _losses[shard] = _crossEntropy.Value(output, labels);
            _crossEntropy.Derivative(output, labels, _scale, gradient);
        }
        else
        {
            _losses[shard] = SquaredLoss.Value(output, workspace.Targets(_model));
            SquaredLoss.Derivative(output, workspace.Targets(_model), _scale, gradient);
        }
        workspace.Backward(_model, Weights, gradients, _dropoutKey, first);
    }

    private void PredictShard(int worker, int shard)
    {
        var (first, count) = Shard(shard);
        var workspace = _workspaces[worker];
        workspace.Pack(_model, _parameters.Values, _batch, first, count, training: false);
        workspace.Forward(_model, Weights, training: false);
        var output = workspace.Output(_model);
        int outputs = _model.Options.Outputs;
        if (_model.IsPooled)
        {
            output.CopyTo(_outputs.AsSpan(first * outputs));
            return;
        }
        for (int i = 0; i < count; i++)
            output[(workspace.Starts[i] * outputs)..(workspace.Starts[i + 1] * outputs)].CopyTo(_outputs.AsSpan((first + i) * _batch.Length * outputs));
    }

    // Adds the shards' gradients to that of shard 0, in order.
    private void ReduceBlock(int worker, int block)
    {
        int start = block * ReductionBlock, length = Math.Min(ReductionBlock, GradientLength - start);
        var sum = _gradients[0].AsSpan(start, length);
        for (int shard = 1; shard < _shards; shard++)
            TensorPrimitives.Add(sum, _gradients[shard].AsSpan(start, length), sum);
    }
}
