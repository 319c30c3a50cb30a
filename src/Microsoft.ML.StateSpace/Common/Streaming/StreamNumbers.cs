namespace Microsoft.ML.StateSpace.Streaming;

/// <summary>The numbers of the streams, or series, of a batch: from 0, without gaps.</summary>
internal sealed class StreamNumbers
{
    private int[] _all = [];
    private long[] _lastCalls = [];
    private long _calls;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>All numbers, in order.</summary>
    public ReadOnlySpan<int> All => _all.AsSpan(0, Count);

    /// <summary>Adds numbers, and returns for how many there is room now; growing by half, a stream is moved a few times at most.</summary>
    public int Add(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int needed = checked(Count + count);
        if (needed > _all.Length)
        {
            int first = _all.Length;
            Array.Resize(ref _all, (int)Math.Max(needed, first + first / 2L));
            Array.Resize(ref _lastCalls, _all.Length);
            for (int stream = first; stream < _all.Length; stream++)
                _all[stream] = stream;
        }
        Count = needed;
        return _all.Length;
    }

    /// <summary>Takes the last number away.</summary>
    public void RemoveLast() => Count--;

    /// <summary>The number, where there is such a stream.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public int Checked(int stream)
        => (uint)stream < (uint)Count
            ? stream
            : throw new ArgumentOutOfRangeException(
                nameof(stream), stream, $"The batch has {Count} streams, numbered from 0. Add one, or give a number below {Count}.");

    /// <summary>Throws unless there are all these streams, and none comes twice.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such stream.</exception>
    /// <exception cref="ArgumentException">A stream comes twice.</exception>
    public void RequireOnce(ReadOnlySpan<int> streams)
    {
        _calls++;
        foreach (int stream in streams)
        {
            if (_lastCalls[Checked(stream)] == _calls)
                throw new ArgumentException(
                    $"Stream {stream} is to make two steps in one call. Give every stream once, and its next input in the next call.",
                    nameof(streams));
            _lastCalls[stream] = _calls;
        }
    }

    /// <summary>The number of threads that is asked for, or one a processor.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    public static int Threads(int? threads)
        => threads is null or (>= 1 and <= 4096)
            ? threads ?? Environment.ProcessorCount
            : throw new ArgumentOutOfRangeException(
                nameof(threads), threads, "Give 1 to 4096 threads, or null for one a processor.");
}
