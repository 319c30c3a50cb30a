namespace Microsoft.ML.StateSpace.Layers;

/// <content>Where things lie in kept and scratch memory.</content>
internal sealed partial class IrregularS5
{
    // Kept and scratch memory both begin with three vectors of states for each direction. The edge is what the neighbouring piece handed
    // over. The end is what this piece would hand on if nothing had come in. The product is the factor of what came in, in what is handed
    // on. After them lie the rows.
    private int EdgesSize => 3 * _directions * Width;

    private Span<float> Edge(Span<float> memory, int direction) => memory.Slice(direction * Width, Width);

    private ReadOnlySpan<float> Edge(ReadOnlySpan<float> memory, int direction) => memory.Slice(direction * Width, Width);

    private Span<float> End(Span<float> memory, int direction) => memory.Slice((_directions + direction) * Width, Width);

    private ReadOnlySpan<float> End(ReadOnlySpan<float> memory, int direction) => memory.Slice((_directions + direction) * Width, Width);

    private Span<float> Product(Span<float> memory, int direction) => memory.Slice((2 * _directions + direction) * Width, Width);

    private ReadOnlySpan<float> Product(ReadOnlySpan<float> memory, int direction)
        => memory.Slice((2 * _directions + direction) * Width, Width);

    // w
    private Span<float> Inputs(Span<float> kept, int rows) => kept.Slice(EdgesSize, rows * Width);

    private ReadOnlySpan<float> Inputs(ReadOnlySpan<float> kept, int rows) => kept.Slice(EdgesSize, rows * Width);

    // The states of both directions.
    private Span<float> Scanned(Span<float> kept, int rows) => kept[(EdgesSize + rows * Width)..];

    private ReadOnlySpan<float> Scanned(ReadOnlySpan<float> kept, int rows) => kept[(EdgesSize + rows * Width)..];
}
