using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>Poles and their discretisation, in double.</summary>
internal static class TorchPoles
{
    /// <summary>Lambda of S5, (N) complex128.</summary>
    public static Tensor Lambda(TorchPass pass, S5Parameters parameters)
    {
        var re = pass[parameters.LambdaRe].to(ScalarType.Float64);
        re = parameters.IsClipped ? re.clamp_max(S5Parameters.LargestClipped) : -re.exp().clamp_min(S5Parameters.SlowestRate);
        return complex(re, pass[parameters.LambdaIm].to(ScalarType.Float64));
    }

    /// <summary><c>-exp(reLog) + i im</c>, complex128.</summary>
    public static Tensor Lambda(TorchPass pass, Parameter reLog, Parameter im)
        => complex(-pass[reLog].to(ScalarType.Float64).exp(), pass[im].to(ScalarType.Float64));

    /// <summary>(H, 2, N), real plane before imaginary plane, to (H, N), complex128.</summary>
    public static Tensor Complex(Tensor planes)
    {
        var values = planes.to(ScalarType.Float64);
        return complex(values.select(1, 0), values.select(1, 1));
    }

    /// <summary>Pole and input factor of each state, complex128; see <see cref="DiscretePole"/>.</summary>
    public static (Tensor Pole, Tensor Factor) Discretize(Discretization discretization, Tensor lambda, Tensor step)
    {
        var z = lambda * step;
        if (discretization == Discretization.ZeroOrderHold)
            return (z.exp(), Expm1(z) / lambda);
        var q = (1 - z / 2).reciprocal();
        return (2 * q - 1, step * q);
    }

    /// <summary><c>exp(z) - 1</c>, exact for small z too.</summary>
    public static Tensor Expm1(Tensor z)
    {
        Tensor x = z.real, y = z.imag;
        return complex(x.expm1() * y.cos() - 2 * (y / 2).sin().square(), x.exp() * y.sin());
    }
}
