using Microsoft.ML.StateSpace.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="Contraction"/> in float64: <c>U = F L^-T</c>, <c>L L^T = I + F^T F</c>.</summary>
internal readonly struct TorchContraction
{
    /// <param name="free">F, (rows, columns), float64.</param>
    public TorchContraction(Tensor free)
    {
        Factor = TorchTriangular.Cholesky(TorchTriangular.Identity(free, free.shape[1]) + free.transpose(0, 1).mm(free));
        Value = Remainder(free);
    }

    /// <summary>U, (rows, columns).</summary>
    public Tensor Value { get; }

    /// <summary>L, (columns, columns).</summary>
    public Tensor Factor { get; }

    /// <summary><c>y L^-T</c>: y times a square root of <c>I - U^T U</c>.</summary>
    public Tensor Remainder(Tensor y) => TorchTriangular.SolveRightTransposed(Factor, y);
}
