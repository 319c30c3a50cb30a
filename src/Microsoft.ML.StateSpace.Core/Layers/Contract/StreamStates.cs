namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The states of the streams that make a step together. They lie in one block, a row a stream, of which a layer sees its own columns; the
/// streams of a step may be any rows of the block.
/// </summary>
/// <param name="values">The block, (streams, stride).</param>
/// <param name="places">Which row belongs to each stream of the step.</param>
/// <param name="stride">Floats of a row.</param>
/// <param name="offset">Where the columns begin.</param>
internal readonly ref struct StreamStates(Span<float> values, ReadOnlySpan<int> places, int stride, int offset = 0)
{
    private readonly Span<float> _values = values;
    private readonly ReadOnlySpan<int> _places = places;

    /// <summary>Streams of the step.</summary>
    public int Count => _places.Length;

    /// <summary>The first <paramref name="size"/> columns of a stream of the step.</summary>
    public Span<float> Of(int stream, int size) => _values.Slice(checked(_places[stream] * stride + offset), size);

    /// <summary>The columns behind the first <paramref name="size"/>.</summary>
    public StreamStates Behind(int size) => new(_values, _places, stride, offset + size);

    /// <summary>Copies the first columns into (<see cref="Count"/>, size).</summary>
    public void CopyTo(Span<float> rows, int size)
    {
        for (int i = 0; i < Count; i++)
            Of(i, size).CopyTo(rows[(i * size)..]);
    }
}
