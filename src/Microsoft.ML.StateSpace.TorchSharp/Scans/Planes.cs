using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>Products with one complex factor as one real product, which is several times faster than a complex one.</summary>
internal static class Planes
{
    /// <summary><c>M u</c> of real u: (batch, length, H) and complex (N, H) to complex (batch, length, N).</summary>
    public static Tensor Multiply(Tensor input, Tensor matrix)
    {
        long states = matrix.shape[0], size = matrix.shape[1];
        // rows Re m_1, Im m_1, Re m_2, ...
        var rows = matrix.view_as_real().permute(0, 2, 1).reshape(2 * states, size);
        return nn.functional.linear(input, rows).view(input.shape[0], input.shape[1], states, 2).view_as_complex();
    }

    /// <summary>
    /// <c>factor Re(C x)</c>: complex (batch, length, N) and (H, 2, N), real plane before imaginary plane, to (batch, length, H).
    /// </summary>
    public static Tensor RealProduct(Tensor states, Tensor c, double factor)
    {
        var rows = (stack([c.select(1, 0), -c.select(1, 1)], -1) * factor).flatten(1);
        return nn.functional.linear(states.view_as_real().flatten(2), rows);
    }
}
