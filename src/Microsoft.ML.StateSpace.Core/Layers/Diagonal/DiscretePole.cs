using System.Numerics;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// One state of a continuous-time diagonal system <c>x' = Lambda x + b u</c>, sampled with step size s:
/// <c>x_t = Pole x_{t-1} + Factor b u_t</c>. It also holds the four derivatives of Pole and Factor by Lambda and by s.
/// </summary>
internal readonly record struct DiscretePole(
    Complex Lambda, double Step, Complex Pole, Complex Factor, Complex PoleByLambda,
    Complex PoleByStep, Complex FactorByLambda, Complex FactorByStep)
{
    public static DiscretePole From(Discretization discretization, Complex lambda, double step)
        => discretization == Discretization.ZeroOrderHold ? ZeroOrderHold(lambda, step) : Bilinear(lambda, step);

    /// <summary>z = Lambda s of a pole, which must not lie at zero, nor at -1 with the bilinear map.</summary>
    public static Complex Rate(Discretization discretization, Complex pole)
        => discretization == Discretization.ZeroOrderHold ? Complex.Log(pole) : 2 * (pole - 1) / (pole + 1);

    // Pole = exp(z), Factor = s phi1(z), z = Lambda s
    private static DiscretePole ZeroOrderHold(Complex lambda, double step)
    {
        Complex z = lambda * step, pole = Complex.Exp(z), phi1 = ComplexFunctions.Phi1(z, pole);
        return new(
            lambda, step, pole, step * phi1, step * pole, lambda * pole,
            step * step * ComplexFunctions.Phi1Derivative(z, pole, phi1), pole);
    }

    // Pole = 2q - 1, Factor = s q, q = 1 / (1 - z/2), dq/dz = q^2 / 2
    private static DiscretePole Bilinear(Complex lambda, double step)
    {
        Complex q = 1 / (1 - lambda * step / 2), square = q * q;
        return new(lambda, step, 2 * q - 1, step * q, step * square, lambda * square, step * step * square / 2, square);
    }
}
