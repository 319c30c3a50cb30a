using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The outer product of two branches in every head: <c>P = k v^T</c>, (d, d), where d is the size of a head.
/// Source: Fu, Dao et al. 2023, arXiv:2212.14052, section 3; reference code HazyResearch/safari, <c>h3.py</c>.
/// Shapes: the branches give (rows, d, heads), so that the same entry of all heads is contiguous; the product is (rows, d, d, heads).
/// Cost: H d flops a row, where H is the number of channels, d times the number of heads.
/// </summary>
internal sealed class HeadOuterProduct(Layer key, Layer value, int headSize) : BranchProduct(key, value)
{
    public int HeadSize => headSize;

    public override int OutputSize => Value.OutputSize * headSize;

    private int Heads => Value.OutputSize / headSize;

    protected override void Multiply(ReadOnlySpan<float> value, ReadOnlySpan<float> gate, Span<float> y)
        => HeadProducts.Outer(Heads, headSize, value, gate, y);

    protected override void MultiplyBackward(
        ReadOnlySpan<float> value, ReadOnlySpan<float> gate, ReadOnlySpan<float> dy, Span<float> dvalue, Span<float> dgate)
    {
        HeadProducts.Columns(Heads, headSize, dy, gate, dvalue);
        HeadProducts.Rows(Heads, headSize, value, dy, dgate);
    }
}
