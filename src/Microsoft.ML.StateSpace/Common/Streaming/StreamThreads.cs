using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Streaming;

/// <summary>
/// Shares the streams of a step among threads, in blocks. A block is as large as pays: the weights are read once a block, and what a block
/// needs while it is computed must stay in the cache of a core.
/// </summary>
internal sealed class StreamThreads(SequenceStreams streams, SequenceModelOptions options, int threads) : IDisposable
{
    // With fewer streams, the weights take longer than the streams.
    private const int SmallestBlock = 16, LargestBlock = 64;

    private readonly Workers _workers = new(threads);
    private readonly StreamBlock?[] _blocks = new StreamBlock?[threads];
    private Action<int, int>? _work;
    private int[] _places = [];
    private float[] _inputs = [], _intervals = [], _answers = [];
    private int _count, _block, _largest;
    private bool _hasIntervals;

    /// <summary>Takes the memory of a step of so many streams.</summary>
    public void Reserve(int most)
    {
        if (most <= _places.Length)
            return;
        _places = new int[most];
        _intervals = new float[options.HasIntervals ? most : 0];
        _inputs = new float[checked(most * options.Inputs)];
        _answers = new float[checked(most * options.Outputs)];
        if (_largest < LargestBlock)
            Array.Clear(_blocks);
        _largest = Math.Min(LargestBlock, most);
    }

    /// <summary>Makes a step of each of these streams, none of which comes twice.</summary>
    /// <returns>The answers, (streams, outputs), in the same order.</returns>
    public Span<float> Step(
        scoped ReadOnlySpan<int> places, scoped ReadOnlySpan<float> inputs, scoped ReadOnlySpan<float> intervals)
    {
        // Threads see no spans of the caller.
        places.CopyTo(_places);
        inputs.CopyTo(_inputs);
        intervals.CopyTo(_intervals);
        (_count, _hasIntervals) = (places.Length, !intervals.IsEmpty);
        _block = Math.Clamp((_count + threads - 1) / threads, SmallestBlock, LargestBlock);
        _workers.Run((_count + _block - 1) / _block, _work ??= Run);
        return _answers.AsSpan(0, _count * options.Outputs);
    }

    public void Dispose() => _workers.Dispose();

    private void Run(int worker, int piece)
    {
        int first = piece * _block, count = Math.Min(_block, _count - first);
        streams.Step(
            _blocks[worker] ??= streams.CreateBlock(_largest), _places.AsSpan(first, count),
            _inputs.AsSpan(first * options.Inputs, count * options.Inputs), _hasIntervals ? _intervals.AsSpan(first, count) : [],
            _answers.AsSpan(first * options.Outputs, count * options.Outputs));
    }
}
