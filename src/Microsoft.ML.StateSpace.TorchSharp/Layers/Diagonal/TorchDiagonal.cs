using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Torch.Models;
using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// What LRU and S5 share, <see cref="DiagonalCore"/>: <c>x_t = lambda x_{t-1} + factor B u_t</c>, <c>y_t = readOut Re(C x_t) + D u_t</c>,
/// or in pre form <c>y_t = readOut Re(C x_{t-1}) + D u_t</c>. A bidirectional core scans from the end, too.
/// </summary>
internal static class TorchDiagonal
{
    /// <param name="pass">The pass.</param>
    /// <param name="input">u, (batch, length, H).</param>
    /// <param name="lambda">(N), complex128: its powers are taken in double and rounded once.</param>
    /// <param name="factor">(N), complex128 or float64.</param>
    /// <param name="b">(2, N, H), real plane before imaginary plane.</param>
    /// <param name="c">Of each direction, (H, 2, N).</param>
    /// <param name="readOut">1, or 2 where conjugate partners are not stored.</param>
    /// <param name="core">D, and the form.</param>
    public static Tensor Forward(
        TorchPass pass, Tensor input, Tensor lambda, Tensor factor, Parameter b, Parameter[] c, double readOut, DiagonalCore core)
    {
        var v = Planes.Multiply(input, InputMatrix(pass[b], factor));
        var y = FeedThrough(pass, input, core.FeedThrough);
        for (int d = 0; d < c.Length; d++)
        {
            var x = LinearScan.Apply(lambda, d == 0 ? v : pass.Reverse(v));
            var part = Planes.RealProduct(core.IsPre ? Late(x) : x, pass[c[d]], readOut);
            y = Sum(y, d == 0 ? part : pass.Reverse(part));
        }
        return y!;
    }

    /// <summary>D u; <see langword="null"/> where there is no D.</summary>
    public static Tensor? FeedThrough(TorchPass pass, Tensor input, FeedThrough feedThrough) => feedThrough.Kind switch
    {
        FeedThroughKind.Diagonal => input * pass[feedThrough.Parameter!],
        FeedThroughKind.Dense => nn.functional.linear(input, pass[feedThrough.Parameter!]),
        _ => null,
    };

    /// <summary>Each time step gets the values of the one before, the first gets zeros: (batch, length, ...).</summary>
    public static Tensor Late(Tensor values)
        => Tensors.Join([zeros_like(values.narrow(1, 0, 1)), values.narrow(1, 0, values.shape[1] - 1)], 1);

    public static Tensor Sum(Tensor? left, Tensor right) => left is null ? right : left + right;

    /// <summary><c>factor B</c>, (N, H) complex64.</summary>
    public static Tensor InputMatrix(Tensor b, Tensor factor)
        => (factor.unsqueeze(-1) * complex(b[0], b[1]).to(ScalarType.ComplexFloat64)).to(ScalarType.ComplexFloat32);
}
