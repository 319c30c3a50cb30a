using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="L2RuDiagonal"/>: <c>x_{t+1} = lambda x_t + B u_t</c>, <c>y_t = Re(C x_t) + D u_t</c>, x_0 = 0. Free parameters and lambda are
/// mapped, in float64, to such B, C and D that the gain is certified.
/// </summary>
internal abstract class TorchL2RuDiagonal(L2RuDiagonal core) : ITorchLayer
{
    /// <summary>B (2N, H), C (H, 2N), which holds (Re C, -Im C), and D (H, H), float64.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="lambda">(N), complex128, with values that float32 can hold.</param>
    /// <param name="sigma"><c>sqrt(1 - |lambda|^2)</c> of both planes, (2N, 1).</param>
    protected abstract (Tensor B, Tensor C, Tensor D) System(TorchPass pass, Tensor lambda, Tensor sigma);

    public Tensor Forward(TorchPass pass, Tensor input)
    {
        var nu = pass[core.NuLog].to(ScalarType.Float64).exp().clamp_min(Lru.LeastNu);
        var exact = polar((-nu).exp(), pass[core.ThetaLog].to(ScalarType.Float64).exp());
        // The scan of the managed engine has lambda in float32, and for that lambda the certificate must hold: so it is rounded here, too.
        // What is added is a constant for autograd, so the gradient is that of the exact lambda.
        var lambda = exact + (exact.to(ScalarType.ComplexFloat32).to(ScalarType.ComplexFloat64) - exact).detach();
        Tensor re = lambda.real, im = lambda.imag, sigma = (1 - re.square() - im.square()).sqrt();
        var (b, c, d) = System(pass, lambda, Tensors.Join([sigma, sigma], 0).unsqueeze(1));
        int states = core.States;
        var v = Planes.Multiply(input, complex(b.narrow(0, 0, states), b.narrow(0, states, states)).to(ScalarType.ComplexFloat32));
        // The output at a step reads the state before it: the states one step later, with zero in front.
        var x = nn.functional.pad(LinearScan.Apply(lambda, v).narrow(1, 0, input.shape[1] - 1), [0, 0, 1, 0]);
        var readOut = stack([c.narrow(1, 0, states), -c.narrow(1, states, states)], 1).to(input.dtype);
        return Planes.RealProduct(x, readOut, 1) + nn.functional.linear(input, d.to(input.dtype));
    }

    /// <summary><c>Lambda^T x</c> with the real 2x2 blocks of lambda; x is (2N, columns).</summary>
    protected static Tensor MultiplyTransposedPoles(Tensor lambda, Tensor x)
    {
        long states = lambda.shape[0];
        Tensor re = lambda.real.unsqueeze(1), im = lambda.imag.unsqueeze(1);
        Tensor first = x.narrow(0, 0, states), second = x.narrow(0, states, states);
        return Tensors.Join([re * first + im * second, re * second - im * first], 0);
    }
}
