using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The S5 layer: <c>x_t = lb x_{t-1} + f (B u_t)</c>, <c>y_t = 2 Re(C x_t) + D u_t</c>. Each state has a step size s = exp(LogStep), and
/// <c>z = Lambda s</c>. Zero-order hold has <c>lb = exp(z), f = s phi1(z)</c>; the bilinear map has
/// <c>lb = (1 + z/2) / (1 - z/2), f = s / (1 - z/2)</c>.
/// Source: Smith, Warrington, Linderman, "Simplified State Space Layers for Sequence Modeling", ICLR 2023, arXiv:2208.04933, sections 3 and
/// B.
/// Shapes: (rows, H) to (rows, H); parameters LambdaReLog (or LambdaRe), LambdaIm (N), LogStep (N, or one for all), B (2, N, H), C (H, 2,
/// N), D (H). Conjugate partners are not stored. Cost: see <see cref="DiagonalCore"/>.
/// Departs from the code in one point: unless it is clipped, <c>Re Lambda = -exp(LambdaReLog)</c>, which is negative for any parameter
/// value.
/// </summary>
internal sealed partial class S5 : DiagonalCore
{
    public Discretization Discretization { get; }

    public S5Parameters Parameters { get; }

    public S5(ParameterLayout layout, S5Options options, int size, int states, bool bidirectional, int? outputs = null)
        : base(layout, new(size, outputs ?? size, states, options.Form, options.FeedThrough), bidirectional)
    {
        Discretization = options.Discretization;
        Parameters = new S5Parameters(layout, options, (size, OutputSize), states, Directions);
    }

    public override void Prepare(in Weights weights)
    {
        var lambda = Lambda.Of(weights.Prepared);
        for (int n = 0; n < States; n++)
        {
            var discrete = Discretize(weights.Values, n);
            lambda[n] = (float)discrete.Pole.Real;
            lambda[States + n] = (float)discrete.Pole.Imaginary;
            Parameters.ScaleInput(weights.Values, n, discrete.Factor, InputMatrix.Of(weights.Prepared));
        }
        for (int d = 0; d < Directions; d++)
            ReadOut.Prepare(Parameters.C[d].Of(weights.Values), OutputMatrices[d].Of(weights.Prepared), States, 2);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        ReadOnlySpan<float> dlambda = Lambda.Of(gradients.Prepared);
        for (int n = 0; n < States; n++)
        {
            var discrete = Discretize(weights.Values, n);
            var dfactor = Parameters.ScaleInputBackward(
                weights.Values, n, discrete.Factor, InputMatrix.Of(gradients.Prepared), gradients.Values);
            var dpole = new Complex(dlambda[n], dlambda[States + n]);
            // pole(Lambda, s), factor(Lambda, s), both holomorphic in Lambda
            Complex dLambda = Complex.Conjugate(discrete.PoleByLambda) * dpole + Complex.Conjugate(discrete.FactorByLambda) * dfactor;
            double dStep = (Complex.Conjugate(discrete.PoleByStep) * dpole + Complex.Conjugate(discrete.FactorByStep) * dfactor).Real;
            Parameters.AddGradient(weights.Values, n, dLambda, dStep, gradients.Values);
        }
        for (int d = 0; d < Directions; d++)
            ReadOut.PrepareBackward(OutputMatrices[d].Of(gradients.Prepared), Parameters.C[d].Of(gradients.Values), States, 2);
    }

    protected override Parameter InputParameter => Parameters.B;

    protected override Parameter[] OutputParameters => Parameters.C;

    protected override float OutputFactor => 2;

    public override double LargestRadius => S5Parameters.LargestRadius;

    protected override Complex[] SetPoles(Span<float> values, IReadOnlyList<Complex> poles)
    {
        Parameters.SetPoles(values, [.. poles.Select(pole => DiscretePole.Rate(Discretization, pole))]);
        var factors = new Complex[poles.Count];
        for (int n = 0; n < factors.Length; n++)
            factors[n] = Discretize(values, n).Factor;
        return factors;
    }

    private DiscretePole Discretize(ReadOnlySpan<float> values, int n)
        => DiscretePole.From(Discretization, Parameters.Lambda(values, n), Parameters.Step(values, n));
}
