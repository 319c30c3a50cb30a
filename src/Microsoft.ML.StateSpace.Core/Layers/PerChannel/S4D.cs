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

    public Parameter LambdaReLog { get; }

    public Parameter LambdaIm { get; }

    public Parameter LogStep { get; }

    public Parameter? InputVector { get; }

    public Parameter[] C { get; }

    public S4D(ParameterLayout layout, S4DOptions options, int size, int states, bool bidirectional)
        : base(layout, size, states, bidirectional, options.Convolves(states), options.SobolevExponent)
    {
        Discretization = options.Discretization;
        // Only a new model needs the eigenvectors. A loaded model already has its parameters.
        var start = new Lazy<(Complex[] Poles, Complex[] Inputs)>(
            () => S4DInitialize.Poles(options.Initialization, states, layout.Cancellation));
        LambdaReLog = layout.Add("LambdaReLog", [size, states], ParameterGroup.StateSpace, Each(n => Math.Log(-start.Value.Poles[n].Real)));
        LambdaIm = layout.Add(
            "LambdaIm", [size, states], ParameterGroup.StateSpace, Each(n => options.FrequencyScale * start.Value.Poles[n].Imaginary));
        LogStep = layout.Add(
            "LogStep", [size], ParameterGroup.StateSpace,
            Initialize.LogUniform(options.StepSizeMinimum ?? 0.001, options.StepSizeMaximum ?? 0.1));
        if (options.Initialization == S4DInitialization.LegS)
        {
            InputVector = layout.Add("B", [size, 2, states], ParameterGroup.StateSpace, (values, _) =>
            {
                for (int i = 0; i < values.Length; i++)
                    values[i] = (float)(
                        i / states % 2 == 0 ? start.Value.Inputs[i % states].Real : start.Value.Inputs[i % states].Imaginary);
            });
        }
        _pole = layout.AddPrepared(Width);
        layout.AddPoles(_pole, size * states, i => PlaceOf(i / states, i % states));
        _readOuts = [.. Enumerable.Range(0, Directions).Select(_ => layout.AddPrepared(Width))];
        _power = layout.AddTable(Width);
        C = [.. Enumerable.Range(0, Directions).Select(d => layout.Add(
            d == 0 ? "C" : "CReverse", [size, 2, states], ParameterGroup.Decayed, Initialize.Normal(Math.Sqrt(0.5))))];
        if (options.FrequencyScale > 1)
            layout.Then(values => Silence(values, options.FrequencyScale));

        Initializer Each(Func<int, double> value) => (values, _) =>
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)value(i % states);
        };
    }

    // Writes the pole a of a channel's state, and after it the state's c for each direction. Each number is a real part and an imaginary
    // part.
    private void Discretize(ReadOnlySpan<float> values, int channel, int state, Span<double> pole)
    {
        var discrete = Discretize(values, channel, state);
        Complex input = 2 * discrete.Factor * B(values, channel, state);
        (pole[0], pole[1]) = (discrete.Pole.Real, discrete.Pole.Imaginary);
        for (int d = 0; d < Directions; d++)
        {
            Complex c = input * At(C[d].Of(values), channel, state);
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
                Complex b = B(values, h, n), dinput = 0, dpole = Prepared(_pole, gradients.Prepared, h, n);
                // c = 2 C f B
                for (int d = 0; d < Directions; d++)
                {
                    Complex dc = 2 * Prepared(_readOuts[d], gradients.Prepared, h, n);
                    dinput += Complex.Conjugate(At(C[d].Of(values), h, n)) * dc;
                    Add(C[d].Of(gradients.Values), h, n, Complex.Conjugate(discrete.Factor * b) * dc);
                }
                if (InputVector is not null)
                    Add(InputVector.Of(gradients.Values), h, n, Complex.Conjugate(discrete.Factor) * dinput);
                Complex dfactor = Complex.Conjugate(b) * dinput;
                // pole(Lambda, s), f(Lambda, s), both holomorphic in Lambda
                Complex dLambda = Complex.Conjugate(discrete.PoleByLambda) * dpole + Complex.Conjugate(discrete.FactorByLambda) * dfactor;
                dLogStep +=
                    (Complex.Conjugate(discrete.PoleByStep) * dpole + Complex.Conjugate(discrete.FactorByStep) * dfactor).Real
                    * discrete.Step;
                LambdaReLog.Of(gradients.Values)[h * States + n] += (float)(dLambda.Real * discrete.Lambda.Real);
                LambdaIm.Of(gradients.Values)[h * States + n] += (float)dLambda.Imaginary;
            }
            LogStep.Of(gradients.Values)[h] += (float)dLogStep;
        }
    }

    private DiscretePole Discretize(ReadOnlySpan<float> values, int channel, int state)
    {
        var lambda = new Complex(
            -Math.Exp(LambdaReLog.Of(values)[channel * States + state]), LambdaIm.Of(values)[channel * States + state]);
        return DiscretePole.From(Discretization, lambda, Math.Exp(LogStep.Of(values)[channel]));
    }

    private Complex B(ReadOnlySpan<float> values, int channel, int state)
        => InputVector is null ? 1 : At(InputVector.Of(values), channel, state);

    // Sets C to zero for states whose frequency is beyond Nyquist only because it was scaled. Such a state would respond to an alias of its
    // frequency.
    private void Silence(Span<float> values, double scale)
    {
        for (int i = 0; i < InputSize * States; i++)
        {
            double phase = Math.Abs(LambdaIm.Of(values)[i]) * Math.Exp(LogStep.Of(values)[i / States]);
            if (phase <= Math.PI || phase / scale > Math.PI)
                continue;
            foreach (var c in C)
                (c.Of(values)[i / States * 2 * States + i % States], c.Of(values)[(i / States * 2 + 1) * States + i % States]) = (0, 0);
        }
    }
}
