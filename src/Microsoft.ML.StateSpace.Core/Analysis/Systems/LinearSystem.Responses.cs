using System.Numerics;

namespace Microsoft.ML.StateSpace.Analysis;

/// <content>What the system answers: in time, and at frequencies.</content>
public sealed partial record LinearSystem
{
    /// <summary>The transfer function <c>G(z) = C (z I - A)^-1 B + D</c>, (outputs, inputs).</summary>
    /// <exception cref="InvalidOperationException"><paramref name="z"/> is a pole.</exception>
    public Complex[,] TransferFunction(Complex z)
    {
        _ = Parts();
        var transfer = FrequencyResponse.Transfer(this, z);
        foreach (var value in transfer)
            if (!Complex.IsFinite(value))
                throw new InvalidOperationException(
                    $"The system has a pole at {z}, where its transfer function is infinite. Ask for it at a point that is no pole.");
        return transfer;
    }

    /// <summary>
    /// The gain of constant inputs, <c>G(1)</c>, (outputs, inputs): what the outputs of a stable system settle to, for a unit of an input.
    /// </summary>
    /// <exception cref="InvalidOperationException">The system integrates: it has a pole at 1.</exception>
    public double[,] DcGain()
    {
        var transfer = TransferFunction(1);
        var gain = new double[Outputs, Inputs];
        for (int o = 0; o < Outputs; o++)
            for (int i = 0; i < Inputs; i++)
                gain[o, i] = transfer[o, i].Real;
        return gain;
    }

    /// <summary>The outputs for a record of inputs, from zero or from a given state.</summary>
    /// <param name="inputs">The record, (steps, inputs).</param>
    /// <param name="initialState">x before the first step, (states); <see langword="null"/> means zero.</param>
    /// <returns>The outputs, (steps, outputs).</returns>
    /// <exception cref="ArgumentException">A shape does not fit the system.</exception>
    public double[,] Simulate(double[,] inputs, IReadOnlyList<double>? initialState = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.GetLength(1) != Inputs)
            throw new ArgumentException(
                $"The record must be (steps, {Inputs}), as the system has {Inputs} inputs, but is ({inputs.GetLength(0)}, "
                + $"{inputs.GetLength(1)}).", nameof(inputs));
        if (initialState is not null && initialState.Count != Order)
            throw new ArgumentException(
                $"The initial state must have a value for each of the {Order} states, but has {initialState.Count}.", nameof(initialState));
        var (a, b, c, d) = Parts();
        double[] state = initialState is null ? new double[Order] : [.. initialState], next = new double[Order], input = new double[Inputs];
        var outputs = new double[inputs.GetLength(0), Outputs];
        for (int t = 0; t < inputs.GetLength(0); t++)
        {
            for (int i = 0; i < Inputs; i++)
                input[i] = inputs[t, i];
            for (int o = 0; o < Outputs; o++)
                outputs[t, o] = Dot(c.Row(o), state) + Dot(d.Row(o), input);
            for (int n = 0; n < Order; n++)
                next[n] = Dot(a.Row(n), state) + Dot(b.Row(n), input);
            (state, next) = (next, state);
        }
        return outputs;
    }

    /// <summary>
    /// The outputs after a unit impulse in each input, <c>D, C B, C A B, ...</c>: (steps, outputs, inputs).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    public double[,,] ImpulseResponse(int steps) => Response(steps, t => t == 0 ? 1 : 0);

    /// <summary>The outputs after each input has stepped from 0 to 1: (steps, outputs, inputs).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    public double[,,] StepResponse(int steps) => Response(steps, _ => 1);

    /// <summary>Magnitude and phase of every pair of an output and an input over frequencies.</summary>
    /// <param name="frequencies">
    /// In oscillations a time step, in [0, 0.5]; with a sample time, in Hz, up to half the sampling rate.
    /// </param>
    /// <param name="sampleTime">Seconds of a time step. <see langword="null"/> means that a time step is the unit of time.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A frequency is negative or beyond the Nyquist frequency, or the sample time is not positive.
    /// </exception>
    /// <exception cref="InvalidOperationException">A frequency is that of a pole on the unit circle.</exception>
    public BodeDiagram Bode(IReadOnlyList<double> frequencies, double? sampleTime = null)
    {
        ArgumentNullException.ThrowIfNull(frequencies);
        if (sampleTime is double time)
            RequireSampleTime(time);
        return BodeDiagram.Of(this, frequencies, sampleTime);
    }

    private double[,,] Response(int steps, Func<int, double> signal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        var response = new double[steps, Outputs, Inputs];
        for (int i = 0; i < Inputs; i++)
        {
            var record = new double[steps, Inputs];
            for (int t = 0; t < steps; t++)
                record[t, i] = signal(t);
            var outputs = Simulate(record);
            for (int t = 0; t < steps; t++)
                for (int o = 0; o < Outputs; o++)
                    response[t, o, i] = outputs[t, o];
        }
        return response;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
