using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The share of time steps at which a channel is above a threshold, softly: the mean over the rows of
/// <c>sigmoid(slope (x - threshold))</c>, with a trained threshold and slope for each channel. It tells how long, where a mean tells how
/// much (the pooling of ROCKET, Dempster et al. 2020, made differentiable).
/// Shapes: (rows, H) to (sequences, H).
/// </summary>
internal sealed class SharePool
{
    // A step from 0.12 to 0.88 over one unit on both sides of the threshold, in a stream whose channels are about 1.
    private const float FirstSlope = 2;

    private readonly int _size;

    public SharePool(ParameterLayout layout, int size)
    {
        _size = size;
        Threshold = layout.Add("Threshold", [size], ParameterGroup.Plain, Initialize.Uniform(1));
        Slope = layout.Add("Slope", [size], ParameterGroup.Plain, Initialize.Constant(FirstSlope));
    }

    public Parameter Threshold { get; }

    public Parameter Slope { get; }

    /// <summary>Floats of state that <see cref="Step"/> carries: the sum of the shares, and the rounding errors of the sum.</summary>
    public int StateSize => 2 * _size;

    /// <param name="pass">The pass.</param>
    /// <param name="input">(rows, H).</param>
    /// <param name="output">(sequences, 2 H), of which the second half of each vector is assigned.</param>
    public void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output)
    {
        Span<float> state = stackalloc float[StateSize];
        for (int s = 0; s < pass.Sequences; s++)
        {
            state.Clear();
            var rows = input[(pass.Starts[s] * _size)..(pass.Starts[s + 1] * _size)];
            Step(pass.Weights.Values, 0, rows, output.Slice((2 * s + 1) * _size, _size), state);
        }
    }

    /// <summary>The shares after one more row, or some; one row after the other gives the bits of all at once.</summary>
    /// <param name="values">The parameters.</param>
    /// <param name="before">Number of rows before these.</param>
    /// <param name="input">The rows, (rows, H).</param>
    /// <param name="output">(H); assigned.</param>
    /// <param name="state">(StateSize); zeros before the first row.</param>
    public void Step(ReadOnlySpan<float> values, long before, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        Span<float> above = stackalloc float[_size];
        int rows = input.Length / _size;
        for (int row = 0; row < rows; row++)
        {
            Above(values, input.Slice(row * _size, _size), above);
            CompensatedSum.Add(above, state[.._size], state[_size..]);
        }
        TensorPrimitives.Multiply(state[.._size], 1f / (before + rows), output);
    }

    /// <summary>Adds to the gradients of the rows and of the parameters.</summary>
    /// <param name="pass">The pass of Forward.</param>
    /// <param name="input">(rows, H).</param>
    /// <param name="outputGradient">(sequences, 2 H), of which the second half of each vector is read.</param>
    /// <param name="inputGradient">(rows, H); added to.</param>
    /// <param name="gradients">Those of the parameters; added to.</param>
    public void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        Span<float> above = stackalloc float[_size];
        ReadOnlySpan<float> threshold = Threshold.Of(pass.Weights.Values), slope = Slope.Of(pass.Weights.Values);
        Span<float> thresholdGradient = Threshold.Of(gradients.Values), slopeGradient = Slope.Of(gradients.Values);
        for (int s = 0; s < pass.Sequences; s++)
        {
            var gradient = outputGradient.Slice((2 * s + 1) * _size, _size);
            float share = 1f / (pass.Starts[s + 1] - pass.Starts[s]);
            for (int row = pass.Starts[s]; row < pass.Starts[s + 1]; row++)
            {
                var x = input.Slice(row * _size, _size);
                Above(pass.Weights.Values, x, above);
                for (int h = 0; h < _size; h++)
                {
                    float inner = gradient[h] * share * above[h] * (1 - above[h]);
                    inputGradient[row * _size + h] += inner * slope[h];
                    thresholdGradient[h] -= inner * slope[h];
                    slopeGradient[h] += inner * (x[h] - threshold[h]);
                }
            }
        }
    }

    // sigmoid(slope (x - threshold)) of one row
    private void Above(ReadOnlySpan<float> values, ReadOnlySpan<float> row, Span<float> above)
    {
        TensorPrimitives.Subtract(row, Threshold.Of(values), above);
        TensorPrimitives.Multiply(above, Slope.Of(values), above);
        TensorPrimitives.Sigmoid(above, above);
    }
}
