using System.Numerics.Tensors;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>Elementwise nonlinearities and their gradients, over spans of equal length. Backward adds.</summary>
internal static class Activations
{
    private const float GeluScale = 0.7978845608028654f; // sqrt(2 / pi)
    private const float GeluCubic = 0.044715f;

    /// <summary><c>y = 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))</c>.</summary>
    public static void Gelu(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < x.Length; i++)
            y[i] = 0.5f * x[i] * (1 + MathF.Tanh(GeluScale * (x[i] + GeluCubic * x[i] * x[i] * x[i])));
    }

    /// <summary><c>dx += gelu'(x) dy</c>.</summary>
    public static void GeluBackward(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (int i = 0; i < x.Length; i++)
        {
            float tanh = MathF.Tanh(GeluScale * (x[i] + GeluCubic * x[i] * x[i] * x[i]));
            dx[i] += dy[i] * (0.5f * (1 + tanh) + 0.5f * x[i] * (1 - tanh * tanh) * GeluScale * (1 + 3 * GeluCubic * x[i] * x[i]));
        }
    }

    /// <summary><c>y = 1 / (1 + exp(-x))</c>.</summary>
    public static void Sigmoid(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Sigmoid(x, y);

    /// <summary>The gated product <c>y = value * gate</c>, where <paramref name="gate"/> is already a sigmoid.</summary>
    public static void Gate(ReadOnlySpan<float> value, ReadOnlySpan<float> gate, Span<float> y) => TensorPrimitives.Multiply(value, gate, y);

    /// <summary>The gradient of <c>y = value * sigmoid(z)</c>: <c>dvalue += dy gate</c>, and assigns <c>dz = dy value gate (1 - gate)</c>.</summary>
    public static void GateBackward(ReadOnlySpan<float> value, ReadOnlySpan<float> gate, ReadOnlySpan<float> dy, Span<float> dvalue, Span<float> dz)
    {
        for (int i = 0; i < dy.Length; i++)
        {
            dz[i] = dy[i] * value[i] * gate[i] * (1 - gate[i]);
            dvalue[i] += dy[i] * gate[i];
        }
    }
}
