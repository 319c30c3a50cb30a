using Microsoft.ML.StateSpace.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="SpectralBound"/>: the bound <c>(tr S^m)^(1/m)</c> of the norm of a symmetric positive semidefinite S, where S^m is made by
/// repeated squaring. Its gradient is <c>(tr S^m)^(1/m - 1) S^(m-1)</c>, and S^(m-1) is the product of the powers that the squarings make
/// on their way. Autograd, which would go back through each of forty squarings in turn, would multiply rounding errors by <c>2^40</c>.
/// </summary>
internal static class TorchSpectralBound
{
    private const double Least = 1e-300; // Stands for a trace of zero, so that nothing is divided by zero.

    /// <param name="matrix">S, float64.</param>
    /// <param name="squarings">log2 m.</param>
    public static Tensor Of(Tensor matrix, int squarings)
    {
        Tensor s = matrix.detach(), trace = s.trace().clamp_min(Least);
        // S^m = exp(logScale) power, where power has trace one. The product of all powers but the last is S^(m-1), which is kept at trace
        // one, too.
        Tensor power = s / trace, product = power, logScale = trace.log();
        for (int k = 0; k < squarings; k++)
        {
            if (k > 0)
            {
                product = product.mm(power);
                product = product / product.trace().clamp_min(Least);
            }
            power = power.mm(power);
            trace = power.trace().clamp_min(Least);
            power = power / trace;
            logScale = 2 * logScale + trace.log();
        }
        var bound = (logScale / Math.Pow(2, squarings)).exp();
        // tr(S^(m-1) S) = tr(S^m)
        var gradient = product * (bound / (product * s).sum().clamp_min(Least));
        // The sum that is added is zero, since s equals the matrix, but its derivative by the matrix is the gradient from above.
        return bound + (gradient * (matrix - s)).sum();
    }
}
