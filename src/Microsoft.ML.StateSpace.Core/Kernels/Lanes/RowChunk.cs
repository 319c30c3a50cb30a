namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Cuts (rows, width) into runs of rows that fit the first-level cache, for kernels that pass over the same rows more than once. Sums are
/// carried on from chunk to chunk, so the cuts do not change the bits.
/// </summary>
internal struct RowChunk
{
    private const int Floats = 4096;

    private readonly int _length, _width, _most;

    public RowChunk(int length, int width)
    {
        (_length, _width) = (length, width);
        _most = width == 0 ? 0 : Math.Max(8, Floats / width);
        Rows = width == 0 ? 0 : Math.Min(_most, length / width);
    }

    /// <summary>Where the chunk starts, in floats.</summary>
    public int Start { get; private set; }

    /// <summary>Rows in the chunk; 0 behind the last chunk.</summary>
    public int Rows { get; private set; }

    /// <summary>Moves to the next chunk.</summary>
    public void Advance()
    {
        Start += Rows * _width;
        Rows = Math.Min(_most, (_length - Start) / _width);
    }
}
