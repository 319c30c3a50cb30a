using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// Powers by doubling, which takes a launch or two for each factor of two in their number. In double the error of the n-th power is some n
/// roundings. No logarithm is taken, because a pole may be 0.
/// </summary>
internal static class Powers
{
    /// <summary>Poles (...) to <c>a^0 ... a^(count - 1)</c>, (..., count), and <c>a^count</c>; count is a power of two.</summary>
    public static (Tensor Powers, Tensor Next) Of(Tensor poles, long count)
    {
        var square = poles.unsqueeze(-1);
        var powers = ones_like(square);
        for (long n = 1; n < count; n *= 2)
        {
            powers = Tensors.Join([powers, powers * square], -1);
            square = square * square;
        }
        return (powers, square.squeeze(-1));
    }

    /// <summary>A (H, H) to <c>A^1 ... A^count</c>, (count, H, H); count is a power of two.</summary>
    public static Tensor OfMatrix(Tensor matrix, long count)
    {
        var powers = matrix.unsqueeze(0);
        for (long n = 1; n < count; n *= 2)
            powers = Tensors.Join([powers, bmm(powers, powers.narrow(0, n - 1, 1).expand(n, -1, -1))], 0);
        return powers;
    }
}
