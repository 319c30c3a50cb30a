using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>
/// A recurrence for operators before version 13. ONNX Runtime wants to know the rank of what a step makes before it runs, which these
/// operators do not let it find out. So all that goes from step to step is a matrix, (batch, values), and the shapes go beside it.
/// </summary>
internal static class FlatScan
{
    public static (Value[] States, Value[] Outputs) Of(GraphBuilder graph, Value[] initial, Value[] inputs, RecurrenceStep step)
    {
        Value[] shapes = [.. initial.Select(state => state.Shape())];
        var (last, made) = Scan.OfMatrices(graph, [.. initial.Select(Flat)], inputs, (before, rows) =>
        {
            var (next, outputs) = step([.. before.Zip(shapes, (state, shape) => state.Reshape(shape))], rows);
            return ([.. next.Select(Flat)], [.. outputs.Select(Flat), .. outputs.Select(output => Numbers(output.Shape()))]);
        });
        int count = made.Length / 2;
        return ([.. last.Zip(shapes, (state, shape) => state.Reshape(shape))], [.. made[..count].Zip(made[count..], Unflattened)]);
    }

    private static Value Flat(Value value) => value.Builder.Node("Flatten", value);

    // A shape as a row of numbers, (1, rank).
    private static Value Numbers(Value shape) => shape.To(ElementType.Float).Unsqueeze(0);

    // (batch, length, values) and the shape at each step, (1, length, rank), to (batch, length, ...).
    private static Value Unflattened(Value values, Value shapes)
    {
        var shape = shapes.Slice(1, 0, 1).Slice(2, 1).Reshape(-1).To(ElementType.Int64);
        return values.Reshape(Value.Concat(0, values.Shape().Slice(0, 0, 2), shape));
    }
}
