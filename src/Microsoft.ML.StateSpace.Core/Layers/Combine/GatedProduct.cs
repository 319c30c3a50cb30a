using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The product of two branches element by element: <c>y = value(x) * gate(x)</c>. This is the multiplicative interaction of Mamba, Griffin
/// and H3.
/// </summary>
internal sealed class GatedProduct(Layer value, Layer gate) : BranchProduct(value, gate)
{
    public override int OutputSize => Value.OutputSize;

    protected override void Multiply(ReadOnlySpan<float> value, ReadOnlySpan<float> gate, Span<float> y)
        => Activations.Gate(value, gate, y);

    protected override void MultiplyBackward(
        ReadOnlySpan<float> value, ReadOnlySpan<float> gate, ReadOnlySpan<float> dy, Span<float> dvalue, Span<float> dgate)
    {
        Activations.Gate(dy, gate, dvalue);
        Activations.Gate(dy, value, dgate);
    }
}
