using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// The impulse response of a linear time-invariant recurrence, which is the kernel of the convolution that computes it:
/// <c>y_t = sum_l K_l u_{t-l}</c>. In post form <c>K_0 = C B + D, K_l = C A^l B</c>, in pre form <c>K_0 = D, K_l = C A^(l-1) B</c>. A
/// recurrence that reads both ways has lags below zero too, by which an output depends on later inputs.
/// </summary>
public sealed class ConvolutionKernel
{
    // Of each direction (steps, outputs, inputs), or (steps, channels, 1).
    private readonly double[][,,] _values;

    private ConvolutionKernel(double[][,,] values, bool isPerChannel)
    {
        (_values, IsPerChannel) = (values, isPerChannel);
        Steps = values[0].GetLength(0);
        Outputs = values[0].GetLength(1);
        Inputs = isPerChannel ? Outputs : values[0].GetLength(2);
    }

    /// <summary>The number of lags in a direction: from 0 to one less.</summary>
    public int Steps { get; }

    /// <summary>Channels that go out of the recurrence.</summary>
    public int Outputs { get; }

    /// <summary>Channels that come into the recurrence.</summary>
    public int Inputs { get; }

    /// <summary>Whether every channel has a kernel of its own, so that an output depends on the input of the same channel alone.</summary>
    public bool IsPerChannel { get; }

    /// <summary>Whether there are lags below zero.</summary>
    public bool IsBidirectional => _values.Length == 2;

    /// <summary>
    /// The kernel of the recurrence in a layer of a trained model, in the channels of that layer, computed in double from its parameters.
    /// </summary>
    /// <param name="model">The model; its cores must be linear and time-invariant.</param>
    /// <param name="layer">Index of the layer, from 0. Layers of attention, which have no recurrence, do not count.</param>
    /// <param name="steps">Lags of each direction.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer, or <paramref name="steps"/> is below 1.</exception>
    /// <exception cref="NotSupportedException">The recurrence is not linear and time-invariant.</exception>
    public static ConvolutionKernel OfCore(TrainedModel model, int layer, int steps)
    {
        var core = new TrainedCore(model, layer);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return core.Layer switch
        {
            IChannelSystems { HasFilter: false } systems => new(
                [.. Enumerable.Range(0, systems.Directions).Select(d => OfChannels(core, systems, d, steps))], isPerChannel: true),
            DiagonalCore diagonal => new(
                [.. Enumerable.Range(0, diagonal.Directions).Select(d => OfDirection(core, diagonal, d).ImpulseResponse(steps))],
                isPerChannel: false),
            ILinearCore => new([LinearSystem.OfCore(model, layer).ImpulseResponse(steps)], isPerChannel: false),
            _ => throw new NotSupportedException(
                $"The recurrence of these {core.Architecture.GetType().Name} is not linear and time-invariant, or filters the spectrum of "
                + "whole sequences, so it has no kernel. Ask for that of a model whose coefficients depend neither on the input nor on the "
                + "length."),
        };
    }

    /// <summary>The response of an output <paramref name="lag"/> steps after a unit impulse in an input.</summary>
    /// <param name="lag">
    /// From 0 to <see cref="Steps"/> - 1; where <see cref="IsBidirectional"/>, also from -(<see cref="Steps"/> - 1), before the impulse.
    /// </param>
    /// <param name="output">Index of the output.</param>
    /// <param name="input">Index of the input.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such lag, output or input.</exception>
    public double this[int lag, int output, int input]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(lag, Steps);
            ArgumentOutOfRangeException.ThrowIfLessThan(lag, IsBidirectional ? 1 - Steps : 0);
            ArgumentOutOfRangeException.ThrowIfNegative(output);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(output, Outputs);
            ArgumentOutOfRangeException.ThrowIfNegative(input);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(input, Inputs);
            return At(lag, output, input);
        }
    }

    /// <summary>
    /// The outputs of a record that begins, and where the recurrence reads both ways also ends, at rest. Lags beyond <see cref="Steps"/>
    /// count as zero.
    /// </summary>
    /// <param name="inputs">The record, (steps, inputs).</param>
    /// <returns>The outputs, (steps, outputs).</returns>
    /// <exception cref="ArgumentException">The record has another number of inputs.</exception>
    public double[,] Convolve(double[,] inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.GetLength(1) != Inputs)
            throw new ArgumentException(
                $"The record must be (steps, {Inputs}), as the recurrence has {Inputs} channels, but is ({inputs.GetLength(0)}, "
                + $"{inputs.GetLength(1)}).", nameof(inputs));
        int length = inputs.GetLength(0);
        var outputs = new double[length, Outputs];
        for (int t = 0; t < length; t++)
            for (int from = Math.Max(0, t - Steps + 1); from < (IsBidirectional ? Math.Min(length, t + Steps) : t + 1); from++)
                for (int o = 0; o < Outputs; o++)
                {
                    if (IsPerChannel)
                        outputs[t, o] += At(t - from, o, o) * inputs[from, o];
                    else
                        for (int i = 0; i < Inputs; i++)
                            outputs[t, o] += At(t - from, o, i) * inputs[from, i];
                }
        return outputs;
    }

    private double At(int lag, int output, int input)
    {
        if (IsPerChannel && output != input)
            return 0;
        int column = IsPerChannel ? 0 : input;
        return (lag >= 0 ? _values[0][lag, output, column] : 0) + (IsBidirectional && lag <= 0 ? _values[1][-lag, output, column] : 0);
    }

    private static LinearSystem OfDirection(TrainedCore core, DiagonalCore diagonal, int direction)
    {
        var (a, b, c, d) = TrainedCore.Zeros(diagonal.Order, diagonal.InputSize, diagonal.OutputSize);
        diagonal.WriteSystem(core.Weights, direction, a, b, c, d);
        return LinearSystem.From(a, b, c, d);
    }

    private static double[,,] OfChannels(TrainedCore core, IChannelSystems systems, int direction, int steps)
    {
        var values = new double[steps, core.Layer.OutputSize, 1];
        for (int h = 0; h < core.Layer.OutputSize; h++)
        {
            var response = LinearSystem.OfChannel(core, systems, h, direction).ImpulseResponse(steps);
            for (int t = 0; t < steps; t++)
                values[t, h, 0] = response[t, 0, 0];
        }
        return values;
    }
}
