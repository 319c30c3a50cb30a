using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The parameters of S4D, and the continuous-time system of each channel that they stand for: poles <c>Lambda = -exp(LambdaReLog) +
/// i LambdaIm</c>, one step size <c>s = exp(LogStep)</c> a channel, input vector B, and a read-out C for each direction.
/// </summary>
internal sealed class S4DParameters
{
    private readonly int _states;

    public Parameter LambdaReLog { get; }

    public Parameter LambdaIm { get; }

    public Parameter LogStep { get; }

    /// <summary>B, or <see langword="null"/> where it is 1.</summary>
    public Parameter? InputVector { get; }

    public Parameter[] C { get; }

    public S4DParameters(ParameterLayout layout, S4DOptions options, int size, int states, int directions)
    {
        _states = states;
        // Only a new model needs the eigenvectors. A loaded model already has its parameters.
        var start = new Lazy<(Complex[] Poles, Complex[] Inputs)>(
            () => S4DInitialize.Poles(options.Initialization, states, layout.Cancellation));
        bool isRing = options.Initialization == S4DInitialization.Ring;
        LambdaReLog = layout.Add(
            "LambdaReLog", [size, states], ParameterGroup.StateSpace,
            isRing ? Ring.Radius(options.RadiusMinimum, options.RadiusMaximum) : Each(n => Math.Log(-start.Value.Poles[n].Real)));
        LambdaIm = layout.Add(
            "LambdaIm", [size, states], ParameterGroup.StateSpace,
            isRing ? Ring.Phase(options.PhaseMaximum) : Each(n => options.FrequencyScale * start.Value.Poles[n].Imaginary));
        LogStep = layout.Add(
            "LogStep", [size], ParameterGroup.StateSpace,
            Initialize.LogSteps(options.StepSizes, options.StepSizeMinimum, options.StepSizeMaximum));
        if (options.Initialization == S4DInitialization.LegS)
        {
            InputVector = layout.Add("B", [size, 2, states], ParameterGroup.StateSpace, (values, _) =>
            {
                for (int i = 0; i < values.Length; i++)
                    values[i] = (float)(
                        i / states % 2 == 0 ? start.Value.Inputs[i % states].Real : start.Value.Inputs[i % states].Imaginary);
            });
        }
        C = [.. Enumerable.Range(0, directions).Select(d => layout.Add(
            d == 0 ? "C" : "CReverse", [size, 2, states], ParameterGroup.Decayed, Initialize.Normal(Math.Sqrt(0.5))))];
        if (isRing)
        {
            layout.Then(values =>
            {
                for (int channel = 0; channel < size; channel++)
                    SetRing(values, channel, options);
            });
        }
        if (options.FrequencyScale > 1)
            layout.Then(values => Silence(values, size * states, options.FrequencyScale));

        Initializer Each(Func<int, double> value) => (values, _) =>
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)value(i % states);
        };
    }

    // In the place of the poles stand NuLog and ThetaLog of the LRU. The step size is the geometric mean of the magnitudes of Lambda s. A
    // state that stands for its conjugate partner too, as all do, then gives an Nth of the variance that goes out.
    private void SetRing(Span<float> values, int channel, S4DOptions options)
    {
        Span<float> reLog = LambdaReLog.Of(values).Slice(channel * _states, _states),
            im = LambdaIm.Of(values).Slice(channel * _states, _states);
        Complex[] poles = new Complex[_states], rates = new Complex[_states];
        for (int n = 0; n < _states; n++)
        {
            poles[n] = Ring.Pole(reLog[n], im[n]);
            var rate = DiscretePole.Rate(options.Discretization, poles[n]);
            rates[n] = new(rate.Real, options.FrequencyScale * rate.Imaginary);
        }
        LogStep.Of(values)[channel] = (float)rates.Average(rate => Math.Log(rate.Magnitude));
        double step = Step(values, channel);
        for (int n = 0; n < _states; n++)
        {
            (reLog[n], im[n]) = ((float)Math.Log(-rates[n].Real / step), (float)(rates[n].Imaginary / step));
            double factor = DiscretePole.From(options.Discretization, Lambda(values, channel, n), step).Factor.Magnitude;
            float scale = (float)(Ring.Gain(poles[n]) / factor * Math.Sqrt(0.5 / _states));
            foreach (var c in C)
            {
                var channelC = c.Of(values).Slice(2 * channel * _states, 2 * _states);
                channelC[n] *= scale;
                channelC[_states + n] *= scale;
            }
        }
    }

    public Complex Lambda(ReadOnlySpan<float> values, int channel, int state)
        => new(-Math.Exp(LambdaReLog.Of(values)[channel * _states + state]), LambdaIm.Of(values)[channel * _states + state]);

    /// <summary>The step size of a channel.</summary>
    public double Step(ReadOnlySpan<float> values, int channel) => Math.Exp(LogStep.Of(values)[channel]);

    public Complex Input(ReadOnlySpan<float> values, int channel, int state)
        => InputVector is null ? 1 : At(InputVector.Of(values), channel, state);

    public Complex ReadOut(ReadOnlySpan<float> values, int direction, int channel, int state)
        => At(C[direction].Of(values), channel, state);

    /// <summary>Adds to the gradient of a pole.</summary>
    public void AddLambda(Span<float> gradients, int channel, int state, Complex lambda, Complex gradient)
    {
        LambdaReLog.Of(gradients)[channel * _states + state] += (float)(gradient.Real * lambda.Real);
        LambdaIm.Of(gradients)[channel * _states + state] += (float)gradient.Imaginary;
    }

    /// <summary>Adds to the gradient of B, where it is a parameter.</summary>
    public void AddInput(Span<float> gradients, int channel, int state, Complex gradient)
    {
        if (InputVector is not null)
            Add(InputVector.Of(gradients), channel, state, gradient);
    }

    /// <summary>Adds to the gradient of C.</summary>
    public void AddReadOut(Span<float> gradients, int direction, int channel, int state, Complex gradient)
        => Add(C[direction].Of(gradients), channel, state, gradient);

    // Of an (H, 2, N) parameter.
    private Complex At(ReadOnlySpan<float> values, int channel, int state)
        => new(values[2 * channel * _states + state], values[(2 * channel + 1) * _states + state]);

    private void Add(Span<float> gradient, int channel, int state, Complex value)
    {
        gradient[2 * channel * _states + state] += (float)value.Real;
        gradient[(2 * channel + 1) * _states + state] += (float)value.Imaginary;
    }

    // Sets C to zero for states whose frequency is beyond Nyquist only because it was scaled. Such a state would respond to an alias of its
    // frequency.
    private void Silence(Span<float> values, int states, double scale)
    {
        for (int i = 0; i < states; i++)
        {
            double phase = Math.Abs(LambdaIm.Of(values)[i]) * Math.Exp(LogStep.Of(values)[i / _states]);
            if (phase <= Math.PI || phase / scale > Math.PI)
                continue;
            int re = i / _states * 2 * _states + i % _states;
            foreach (var c in C)
                (c.Of(values)[re], c.Of(values)[re + _states]) = (0, 0);
        }
    }
}
