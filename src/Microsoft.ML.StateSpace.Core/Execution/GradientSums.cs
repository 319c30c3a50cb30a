using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>The gradients and losses of the shards, or pieces, of a batch, and their sums, in order.</summary>
/// <param name="values">Number of parameters.</param>
/// <param name="prepared">Number of prepared values that have a gradient.</param>
/// <param name="workers">The threads.</param>
internal sealed class GradientSums(int values, int prepared, Workers workers)
{
    private const int Block = 8192;

    private readonly float[][] _gradients = new float[Shards.Most][];
    private Action<int, int>? _reduce;
    private int _shards;

    /// <summary>The gradients, parameters before prepared values.</summary>
    public float[][] All => _gradients;

    /// <summary>The losses.</summary>
    public double[] Losses { get; } = new double[Shards.Most];

    /// <summary>The gradient of a shard; that of shard 0 becomes the sum.</summary>
    public Gradients this[int shard] => new(_gradients[shard].AsSpan(0, values), _gradients[shard].AsSpan(values));

    /// <summary>Has memory for so many shards.</summary>
    public void Begin(int shards)
    {
        _shards = shards;
        for (int shard = 0; shard < shards; shard++)
            _gradients[shard] ??= new float[values + prepared];
    }

    /// <summary>Clears the gradient and the loss of a shard.</summary>
    public void Clear(int shard)
    {
        _gradients[shard].AsSpan().Clear();
        Losses[shard] = 0;
    }

    /// <summary>Adds the gradients of all shards to that of shard 0, in order, and returns the sum of the losses.</summary>
    public double Reduce()
    {
        workers.Run((values + prepared + Block - 1) / Block, _reduce ??= ReduceBlock);
        double loss = 0;
        for (int shard = 0; shard < _shards; shard++)
            loss += Losses[shard];
        return loss;
    }

    private void ReduceBlock(int worker, int block)
    {
        int start = block * Block, length = Math.Min(Block, values + prepared - start);
        var sum = _gradients[0].AsSpan(start, length);
        for (int shard = 1; shard < _shards; shard++)
            TensorPrimitives.Add(sum, _gradients[shard].AsSpan(start, length), sum);
    }
}
