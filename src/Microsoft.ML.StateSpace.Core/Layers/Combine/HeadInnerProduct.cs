using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// What a query reads from the matrices of its heads: <c>y = q^T S</c> in every head, where S is (d, d) and d the size of a head.
/// Source: Fu, Dao et al. 2023, arXiv:2212.14052, section 3; reference code HazyResearch/safari, <c>h3.py</c>.
/// Shapes: the first branch gives (rows, d, d, heads), the second, the query, (rows, d, heads); the product is (rows, d, heads).
/// Cost: 2 H d flops a row, where H is the number of channels, d times the number of heads.
/// </summary>
internal sealed class HeadInnerProduct(Layer memory, Layer query, int headSize) : BranchProduct(memory, query)
{
    public int HeadSize => headSize;

    public override int OutputSize => Gate.OutputSize;

    private int Heads => Gate.OutputSize / headSize;

    protected override void Multiply(ReadOnlySpan<float> value, ReadOnlySpan<float> gate, Span<float> y)
        => HeadProducts.Rows(Heads, headSize, gate, value, y);

    protected override void MultiplyBackward(
        ReadOnlySpan<float> value, ReadOnlySpan<float> gate, ReadOnlySpan<float> dy, Span<float> dvalue, Span<float> dgate)
    {
        HeadProducts.Outer(Heads, headSize, gate, dy, dvalue);
        HeadProducts.Columns(Heads, headSize, value, dy, dgate);
    }
}
