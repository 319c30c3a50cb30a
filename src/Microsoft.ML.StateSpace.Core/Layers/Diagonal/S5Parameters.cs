using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The parameters of S5, and the continuous-time system that they stand for. The poles are <c>Lambda = -exp(LambdaReLog) + i LambdaIm</c>
/// or, if clipped, <c>min(LambdaRe, -1e-4) + i LambdaIm</c>. The step sizes are <c>s = exp(LogStep)</c>, one for each state or one for all.
/// B and C are the input and output matrices.
/// </summary>
internal sealed class S5Parameters
{
    public const double LargestClipped = -1e-4;
    public const double LargestRadius = 1 - 1e-6; // beyond it float32 hardly tells a pole's magnitude from one
    public const double SlowestRate = 1e-12; // no float32 state decays that slowly, and 1 / Lambda stays finite

    private readonly int _states;
    private readonly int _size;

    public bool IsClipped { get; }

    public Parameter LambdaRe { get; } // LambdaReLog or LambdaRe

    public Parameter LambdaIm { get; }

    public Parameter LogStep { get; }

    public Parameter B { get; }

    public S5Parameters(ParameterLayout layout, S5Options options, (int Inputs, int Outputs) sizes, int states, int directions)
    {
        int size = sizes.Inputs;
        (_states, _size, IsClipped) = (states, size, options.Parametrization == S5Parametrization.Clipped);
        bool isRing = options.Initialization == S5Initialization.Ring;
        // Only a new model needs the eigenvectors. A loaded model already has its parameters.
        var hippo = new Lazy<(Complex[] Values, Complex[,] Vectors)>(
            () => Hippo.LegSHalf(2 * states / options.Blocks, layout.Cancellation));
        var radius = Ring.Radius(options.RadiusMinimum, options.RadiusMaximum);
        LambdaRe = IsClipped
            ? layout.Add("LambdaRe", [states], ParameterGroup.StateSpace, isRing ? radius : Initialize.Constant(-0.5f))
            : layout.Add(
                "LambdaReLog", [states], ParameterGroup.StateSpace, isRing ? radius : Initialize.Constant((float)Math.Log(0.5)));
        LambdaIm = layout.Add("LambdaIm", [states], ParameterGroup.StateSpace, isRing ? Ring.Phase(options.PhaseMaximum) : (span, _) =>
        {
            for (int n = 0; n < span.Length; n++)
                span[n] = (float)(options.FrequencyScale * hippo.Value.Values[n % hippo.Value.Values.Length].Imaginary);
        });
        int steps = options.GlobalStepSize ? 1 : states;
        LogStep = layout.Add(
            "LogStep", [steps], ParameterGroup.StateSpace,
            Initialize.LogSteps(options.StepSizes, options.StepSizeMinimum, options.StepSizeMaximum));
        B = layout.Add(
            "B", [2, states, size], ParameterGroup.StateSpace,
            isRing ? Initialize.Normal(Math.Sqrt(0.5 / size)) : S5Initialize.InputMatrix(hippo, size));
        C = [.. Enumerable.Range(0, directions).Select(d => layout.Add(
            d == 0 ? "C" : "CReverse", [sizes.Outputs, 2, states], ParameterGroup.Decayed,
            isRing ? Initialize.Normal(Math.Sqrt(0.25 / states))
                : S5Initialize.OutputMatrix(options.OutputInitialization, hippo, sizes.Outputs)))];
        if (isRing)
            layout.Then(values => SetRing(values, options));
        if (options.FrequencyScale > 1)
            layout.Then(values => Silence(values, options.FrequencyScale));
    }

    /// <summary>C of each direction, (H, 2, N).</summary>
    public Parameter[] C { get; }

    public Complex Lambda(ReadOnlySpan<float> values, int n)
    {
        double re = LambdaRe.Of(values)[n];
        return new(IsClipped ? Math.Min(re, LargestClipped) : -Math.Max(Math.Exp(re), SlowestRate), LambdaIm.Of(values)[n]);
    }

    public double Step(ReadOnlySpan<float> values, int n) => Math.Exp(LogStep.Of(values)[StepOf(n)]);

    /// <summary>Writes row n of <c>factor B</c> into <paramref name="scaled"/>, (2N, H).</summary>
    public void ScaleInput(ReadOnlySpan<float> values, int n, Complex factor, Span<float> scaled)
    {
        var b = B.Of(values);
        float re = (float)factor.Real, im = (float)factor.Imaginary;
        int real = n * _size, imaginary = (_states + n) * _size;
        for (int h = 0; h < _size; h++)
        {
            scaled[real + h] = re * b[real + h] - im * b[imaginary + h];
            scaled[imaginary + h] = re * b[imaginary + h] + im * b[real + h];
        }
    }

    /// <summary>
    /// The backward pass of <see cref="ScaleInput"/>: adds to the gradient of row n of B, and returns the gradient of the factor.
    /// </summary>
    public Complex ScaleInputBackward(
        ReadOnlySpan<float> values, int n, Complex factor, ReadOnlySpan<float> scaledGradient, Span<float> gradients)
    {
        var b = B.Of(values);
        var db = B.Of(gradients);
        float re = (float)factor.Real, im = (float)factor.Imaginary;
        int real = n * _size, imaginary = (_states + n) * _size;
        // db = conj(f) g, df = sum conj(b) g
        double dfRe = 0, dfIm = 0;
        for (int h = 0; h < _size; h++)
        {
            float gRe = scaledGradient[real + h], gIm = scaledGradient[imaginary + h];
            db[real + h] += re * gRe + im * gIm;
            db[imaginary + h] += re * gIm - im * gRe;
            dfRe += (double)b[real + h] * gRe + (double)b[imaginary + h] * gIm;
            dfIm += (double)b[real + h] * gIm - (double)b[imaginary + h] * gRe;
        }
        return new(dfRe, dfIm);
    }

    /// <summary>Adds what follows from the gradients of pole n and step size n to the gradients of the parameters.</summary>
    public void AddGradient(ReadOnlySpan<float> values, int n, Complex lambdaGradient, double stepGradient, Span<float> gradients)
    {
        double slope = !IsClipped ? Lambda(values, n).Real : LambdaRe.Of(values)[n] < LargestClipped ? 1 : 0;
        LambdaRe.Of(gradients)[n] += (float)(lambdaGradient.Real * slope);
        LambdaIm.Of(gradients)[n] += (float)lambdaGradient.Imaginary;
        LogStep.Of(gradients)[StepOf(n)] += (float)(stepGradient * Step(values, n));
    }

    /// <summary>
    /// Sets the first poles and their step sizes. A step size is the magnitude of <c>Lambda s</c>, so that Lambda has the magnitude one and
    /// an optimiser's step is as large a share of a slow pole as of a fast one; it is less where the real part of a pole would be clipped.
    /// A step size for all is the geometric mean.
    /// </summary>
    /// <param name="values">The parameters of the model.</param>
    /// <param name="rates"><c>Lambda s</c> of each of these poles; real parts below zero.</param>
    public void SetPoles(Span<float> values, IReadOnlyList<Complex> rates)
    {
        const double Kept = 2 * LargestClipped; // far enough from where it is clipped
        double[] steps = [.. rates.Select(rate => rate.Magnitude)];
        if (LogStep.Length == 1 && rates.Count > 0)
            steps.AsSpan().Fill(Math.Exp(steps.Average(Math.Log)));
        if (IsClipped)
        {
            double slowest = rates.Select(rate => rate.Real).DefaultIfEmpty(-1).Max();
            steps = [.. steps.Select((step, n) => Math.Min(step, (LogStep.Length == 1 ? slowest : rates[n].Real) / Kept))];
        }
        for (int n = 0; n < rates.Count; n++)
        {
            LogStep.Of(values)[StepOf(n)] = (float)Math.Log(steps[n]);
            var lambda = rates[n] / Step(values, n);
            LambdaRe.Of(values)[n] = (float)(IsClipped ? lambda.Real : Math.Log(-lambda.Real));
            LambdaIm.Of(values)[n] = (float)lambda.Imaginary;
        }
    }

    /// <summary>Sets a pole, whose real part is below zero, and leaves its step size.</summary>
    public void SetLambda(Span<float> values, int n, Complex lambda)
    {
        LambdaRe.Of(values)[n] = (float)(IsClipped ? lambda.Real : Math.Log(-lambda.Real));
        LambdaIm.Of(values)[n] = (float)lambda.Imaginary;
    }

    // In the place of the poles stand NuLog and ThetaLog of the LRU. Its states have variance one; those of S5 get their inputs times a
    // factor, which B takes back.
    private void SetRing(Span<float> values, S5Options options)
    {
        var poles = new Complex[_states];
        for (int n = 0; n < _states; n++)
            poles[n] = Ring.Pole(LambdaRe.Of(values)[n], LambdaIm.Of(values)[n]);
        SetPoles(values, [.. poles.Select(Rate)]);
        var b = B.Of(values);
        for (int n = 0; n < _states; n++)
        {
            var factor = DiscretePole.From(options.Discretization, Lambda(values, n), Step(values, n)).Factor;
            float scale = (float)(Ring.Gain(poles[n]) / factor.Magnitude);
            for (int plane = 0; plane < 2; plane++)
                foreach (ref float entry in b.Slice((plane * _states + n) * _size, _size))
                    entry *= scale;
        }

        Complex Rate(Complex pole)
        {
            var rate = DiscretePole.Rate(options.Discretization, pole);
            return new(rate.Real, options.FrequencyScale * rate.Imaginary);
        }
    }

    private int StepOf(int n) => LogStep.Length == 1 ? 0 : n;

    // Sets C to zero for states whose frequency is beyond Nyquist only because it was scaled. Such a state would respond to an alias of its
    // frequency.
    private void Silence(Span<float> values, double scale)
    {
        for (int n = 0; n < _states; n++)
        {
            double phase = Math.Abs(Lambda(values, n).Imaginary) * Step(values, n);
            if (phase <= Math.PI || phase / scale > Math.PI)
                continue;
            foreach (var c in C)
                for (int i = n; i < c.Length; i += _states)
                    c.Of(values)[i] = 0;
        }
    }
}
