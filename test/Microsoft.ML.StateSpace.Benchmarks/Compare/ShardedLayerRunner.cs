using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// Runs a layer as the engine does on a batch. The batch is cut into shards of whole sequences. A shard is the work of one thread and
/// has a gradient of its own; at the end the gradients are added in order.
/// </summary>
internal sealed class ShardedLayerRunner : ILayerRunner
{
    private const int MostShards = 8;

    private readonly LayerCase _case;
    private readonly Workers _workers;
    private readonly int _shards;
    private readonly float[] _prepared;
    private readonly float[] _output, _inputGradient;
    private readonly float[][] _kept, _scratch, _sums;
    private readonly Action<int, int> _forward, _train;

    public ShardedLayerRunner(LayerCase layerCase, int threads)
    {
        _case = layerCase;
        _workers = new Workers(threads);
        _shards = Math.Min(MostShards, layerCase.Batch);
        _prepared = new float[layerCase.Layout.PreparedLength];
        _output = new float[layerCase.Input.Length];
        _inputGradient = new float[layerCase.Input.Length];
        int most = (layerCase.Batch + _shards - 1) / _shards, rows = most * layerCase.Length;
        _kept = Buffers(_workers.Count, (int)layerCase.Layer.KeptSize(rows, most));
        _scratch = Buffers(_workers.Count, (int)layerCase.Layer.ScratchSize(rows, most));
        _sums = Buffers(_shards, layerCase.Parameters.Values.Length + layerCase.Layout.GradedLength);
        Gradients = new ParameterSet(layerCase.Parameters.Parameters);
        (_forward, _train) = ((worker, shard) => Pass(worker, shard, train: false), (worker, shard) => Pass(worker, shard, train: true));
    }

    public ReadOnlySpan<float> Output => _output;

    public ReadOnlySpan<float> InputGradient => _inputGradient;

    public ParameterSet Gradients { get; }

    private Weights Weights => new(_case.Parameters.Values, _prepared);

    public void Forward()
    {
        _case.Layer.Prepare(Weights);
        _workers.Run(_shards, _forward);
    }

    public void Train()
    {
        _case.Layer.Prepare(Weights);
        _workers.Run(_shards, _train);
        for (int shard = 1; shard < _shards; shard++)
            TensorPrimitives.Add(_sums[0], _sums[shard], _sums[0]);
        var sums = Sums(0);
        _case.Layer.PrepareBackward(Weights, sums);
        sums.Values.CopyTo(Gradients.Values);
    }

    public void Dispose() => _workers.Dispose();

    private static float[][] Buffers(int count, int length) => [.. Enumerable.Range(0, count).Select(_ => new float[length])];

    private Gradients Sums(int shard)
        => new(_sums[shard].AsSpan(0, Gradients.Values.Length), _sums[shard].AsSpan(Gradients.Values.Length));

    private void Pass(int worker, int shard, bool train)
    {
        int first = shard * _case.Batch / _shards, count = (shard + 1) * _case.Batch / _shards - first, rows = count * _case.Length;
        Span<int> starts = stackalloc int[count + 1];
        for (int s = 0; s <= count; s++)
            starts[s] = s * _case.Length;
        var range = (first * _case.Length * _case.Size)..((first * _case.Length + rows) * _case.Size);
        var pass = new Pass { Weights = Weights, Starts = starts, Scratch = _scratch[worker] };
        var kept = _kept[worker].AsSpan(0, (int)_case.Layer.KeptSize(rows, count));
        _case.Layer.Forward(pass, _case.Input.AsSpan()[range], _output.AsSpan()[range], kept);
        if (!train)
            return;
        _sums[shard].AsSpan().Clear();
        _inputGradient.AsSpan()[range].Clear();
        _case.Layer.Backward(
            pass, _case.Input.AsSpan()[range], kept, _case.OutputGradient.AsSpan()[range], _inputGradient.AsSpan()[range], Sums(shard));
    }
}
