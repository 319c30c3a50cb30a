using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>
/// One time step of a recurrence: from the states before it and its inputs, each (batch, ...), to the states behind it and its outputs.
/// </summary>
internal delegate (Value[] States, Value[] Outputs) RecurrenceStep(Value[] states, Value[] inputs);

/// <summary>
/// What all layers of an export share: the graph, the parameters, and how time steps meet. There are two kinds, over
/// <see cref="WholePass">whole sequences</see> and of <see cref="StepPass">one step</see>, and layers are written once for both.
/// </summary>
internal abstract class OnnxPass(GraphBuilder graph, ParameterSet parameters, float[] prepared, OnnxExportOptions options)
{
    public GraphBuilder Graph => graph;

    /// <summary>How the model is exported.</summary>
    public OnnxExportOptions Options => options;

    /// <summary>Whether this is one step, (batch, channels), and not whole sequences, (batch, length, channels).</summary>
    public abstract bool IsStep { get; }

    /// <summary>Copies of every sequence that stand beside one another in the batch.</summary>
    public int Copies { get; private set; } = 1;

    /// <summary>The time from the step before to each step, (..., 1); refused where the model has none.</summary>
    public abstract Value Intervals { get; }

    /// <summary>The parameters.</summary>
    public ReadOnlySpan<float> Values => parameters.Values;

    /// <summary>The values that follow from them.</summary>
    public ReadOnlySpan<float> Prepared => prepared;

    /// <summary>The parameters and what follows from them, as layers read them.</summary>
    public Weights Weights => new(parameters.Values, prepared);

    /// <summary>A parameter in its own shape.</summary>
    public Value Constant(Parameter parameter)
        => graph.Constant(parameter.Name, parameter.Of(Values), [.. parameter.Shape.Select(extent => (long)extent)]);

    /// <summary>A matrix, (rows, columns), as its transpose: what stands on the right of a product <c>x W'</c>.</summary>
    public Value Transposed(string name, ReadOnlySpan<float> matrix, int rows, int columns)
    {
        var transposed = new float[rows * columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                transposed[column * rows + row] = matrix[row * columns + column];
        }
        return graph.Constant(name, transposed, columns, rows);
    }

    /// <summary>A parameter, (rows, columns), as its transpose.</summary>
    public Value Transposed(Parameter parameter)
        => Transposed(parameter.Name, parameter.Of(Values), parameter.Shape[0], parameter.Shape[1]);

    /// <summary>The last axis as several.</summary>
    public Value Fold(Value input, params long[] extents) => input.Reshape(IsStep ? [0, .. extents] : [0, 0, .. extents]);

    /// <summary>The axes behind those of batch and time as one.</summary>
    public Value Flatten(Value input, long size) => Fold(input, size);

    /// <summary>
    /// A recurrence over time: the states are zero before the first step of a sequence.
    /// </summary>
    /// <param name="states">Extents of each state, behind the batch.</param>
    /// <param name="inputs">Its inputs, (batch, length, ...), or in a step (batch, ...).</param>
    /// <param name="step">One step.</param>
    /// <returns>Its outputs, (batch, length, ...), or in a step (batch, ...).</returns>
    public abstract Value[] Recur(long[][] states, Value[] inputs, RecurrenceStep step);

    /// <summary>A recurrence with one state, one input and one output.</summary>
    public Value Recur(long[] state, Value input, Func<Value, Value, (Value State, Value Output)> step)
        => Recur([state], [input], (states, inputs) =>
        {
            var (next, output) = step(states[0], inputs[0]);
            return ([next], [output]);
        })[0];

    /// <summary>
    /// The states behind the last time step of a recurrence that has no outputs, padding included; in a step those behind it.
    /// </summary>
    /// <param name="states">Extents of each state, behind the batch; zero before the first step.</param>
    /// <param name="inputs">Its inputs, as <see cref="Recur(long[][], Value[], RecurrenceStep)"/> takes them.</param>
    /// <param name="step">One step, from the states before it and its inputs to the states behind it.</param>
    public abstract Value[] Accumulate(long[][] states, Value[] inputs, Func<Value[], Value[], Value[]> step);

    /// <summary>Which time steps are the first of their sequence, (1, length, 1), or in a step (batch, 1).</summary>
    public abstract Value IsFirst { get; }

    /// <summary>The values of the time step before, and zeros at the first.</summary>
    /// <param name="input">(batch, length, size), or in a step (batch, size).</param>
    /// <param name="size">Its last extent.</param>
    public abstract Value Late(Value input, long size);

    /// <summary>Every sequence from its end to its start; its padding stays behind it.</summary>
    /// <exception cref="InvalidOperationException">This is a step, which knows nothing of those behind it.</exception>
    public abstract Value Reverse(Value input);

    /// <summary>The same pass for a layer that gets all sequences as <see cref="Reverse"/> returns them.</summary>
    public abstract OnnxPass FromEnd();

    /// <summary>The same pass for a layer that gets every sequence several times, one copy behind the other.</summary>
    public virtual OnnxPass Repeat(int copies)
    {
        var pass = (OnnxPass)MemberwiseClone();
        pass.Copies = Copies * copies;
        return pass;
    }
}
