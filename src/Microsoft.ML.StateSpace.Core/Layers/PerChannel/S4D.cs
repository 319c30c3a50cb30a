using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// For every channel h: <c>x_t = lb x_{t-1} + f B u_t</c>, <c>y_t = 2 Re(C x_t) + D u_t</c>, with N complex states, one step size s =
/// exp(LogStep) a channel, and <c>z = Lambda s</c>. Zero-order hold has <c>lb = exp(z), f = s phi1(z)</c>; the bilinear map has
/// <c>lb = (1 + z/2) / (1 - z/2), f = s / (1 - z/2)</c>.
/// Source: Gu, Gupta, Goel, Re, "On the Parameterization and Initialization of Diagonal State Space Models", NeurIPS 2022,
/// arXiv:2206.11893, sections 3 and 4.
/// Shapes: (rows, H) to (rows, H); parameters LambdaReLog, LambdaIm (H, N), LogStep, D (H), C (H, 2, N), and for LegS also B (H, 2, N),
/// which otherwise is 1. Conjugate partners are not stored. Cost: see <see cref="ChannelCore"/>, whose c is <c>2 C f B</c>.
/// Departs from the code in one point: B of LegS is neither clipped nor halved.
/// </summary>
internal sealed partial class S4D : ChannelCore
{
    public Discretization Discretization { get; }

    public S4DParameters Parameters { get; }

    public S4D(ParameterLayout layout, S4DOptions options, int size, int states, bool bidirectional)
        : base(layout, size, states, bidirectional, options.Convolves(states), options.SobolevExponent)
    {
        Discretization = options.Discretization;
        Parameters = new S4DParameters(layout, options, size, states, Directions);
        _pole = layout.AddPrepared(Width);
        layout.AddPoles(_pole, size * states, i => PlaceOf(i / states, i % states));
        _readOuts = layout.AddPrepared(Width, Directions);
        _power = layout.AddTable(Width);
    }

    /// <summary>The pole a of a channel's state, before it is rounded to float.</summary>
    public Complex Pole(in Weights weights, int channel, int state) => Discretize(weights.Values, channel, state).Pole;

    // Writes the pole a of a channel's state, and after it the state's c for each direction. Each number is a real part and an imaginary
    // part.
    private void Discretize(ReadOnlySpan<float> values, int channel, int state, Span<double> pole)
    {
        var discrete = Discretize(values, channel, state);
        Complex input = 2 * discrete.Factor * Parameters.Input(values, channel, state);
        (pole[0], pole[1]) = (discrete.Pole.Real, discrete.Pole.Imaginary);
        for (int d = 0; d < Directions; d++)
        {
            Complex c = input * Parameters.ReadOut(values, d, channel, state);
            (pole[2 + 2 * d], pole[3 + 2 * d]) = (c.Real, c.Imaginary);
        }
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        var values = weights.Values;
        for (int h = 0; h < InputSize; h++)
        {
            double dLogStep = 0;
            for (int n = 0; n < States; n++)
            {
                var discrete = Discretize(values, h, n);
                Complex b = Parameters.Input(values, h, n), dinput = 0, dpole = Prepared(_pole, gradients.Prepared, h, n);
                // c = 2 C f B
                for (int d = 0; d < Directions; d++)
                {
                    Complex dc = 2 * Prepared(_readOuts[d], gradients.Prepared, h, n);
                    dinput += Complex.Conjugate(Parameters.ReadOut(values, d, h, n)) * dc;
                    Parameters.AddReadOut(gradients.Values, d, h, n, Complex.Conjugate(discrete.Factor * b) * dc);
                }
                Parameters.AddInput(gradients.Values, h, n, Complex.Conjugate(discrete.Factor) * dinput);
                Complex dfactor = Complex.Conjugate(b) * dinput;
                // pole(Lambda, s), f(Lambda, s), both holomorphic in Lambda
                Complex dLambda = Complex.Conjugate(discrete.PoleByLambda) * dpole + Complex.Conjugate(discrete.FactorByLambda) * dfactor;
                dLogStep +=
                    (Complex.Conjugate(discrete.PoleByStep) * dpole + Complex.Conjugate(discrete.FactorByStep) * dfactor).Real
                    * discrete.Step;
                Parameters.AddLambda(gradients.Values, h, n, discrete.Lambda, dLambda);
            }
            Parameters.LogStep.Of(gradients.Values)[h] += (float)dLogStep;
        }
    }

    // b is 1: c holds it.
    protected override void WriteState(in Weights weights, int channel, Matrix a, Matrix b)
    {
        for (int n = 0; n < States; n++)
        {
            SetDiagonal(a, n, Discretize(weights.Values, channel, n).Pole);
            b[n, 0] = 1;
        }
    }

    public override Complex ReadOutOf(in Weights weights, int channel, int direction, int state)
        => 2 * Discretize(weights.Values, channel, state).Factor * Parameters.Input(weights.Values, channel, state)
            * Parameters.ReadOut(weights.Values, direction, channel, state);

    private DiscretePole Discretize(ReadOnlySpan<float> values, int channel, int state)
        => DiscretePole.From(Discretization, Parameters.Lambda(values, channel, state), Parameters.Step(values, channel));
}
