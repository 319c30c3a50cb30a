using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>A recurrence over the second axis of its inputs, as ONNX's operator <c>Scan</c>.</summary>
internal static class Scan
{
    /// <param name="graph">The graph.</param>
    /// <param name="initial">The states before the first step, (batch, ...), floats.</param>
    /// <param name="inputs">(batch, length, ...), floats.</param>
    /// <param name="step">One step.</param>
    /// <returns>The states behind the last step, and the outputs, (batch, length, ...).</returns>
    public static (Value[] States, Value[] Outputs) Of(GraphBuilder graph, Value[] initial, Value[] inputs, RecurrenceStep step)
        => graph.OperatorSet >= 13
            ? Of(graph, initial, inputs, step, ElementType.Float, areMatrices: false)
            : FlatScan.Of(graph, initial, inputs, step);

    /// <summary>The same where all states and outputs of a step are matrices, (batch, values).</summary>
    public static (Value[] States, Value[] Outputs) OfMatrices(
        GraphBuilder graph, Value[] initial, Value[] inputs, RecurrenceStep step, ElementType type = ElementType.Float)
        => Of(graph, initial, inputs, step, type, areMatrices: true);

    private static (Value[] States, Value[] Outputs) Of(
        GraphBuilder graph, Value[] initial, Value[] inputs, RecurrenceStep step, ElementType type, bool areMatrices)
    {
        int outputs = 0;
        Value Declare(List<ValueInfoProto> list, string name, object[]? shape = null)
        {
            list.Add(new ValueInfoProto(name, type, shape));
            return new Value(graph, name);
        }

        var body = graph.Body("Step", own =>
        {
            Value[] before = [.. initial.Select(_ => Declare(own.Inputs, graph.Unique("State")))];
            Value[] rows = [.. inputs.Select(_ => Declare(own.Inputs, graph.Unique("Row")))];
            var (next, made) = step(before, rows);
            outputs = made.Length;
            foreach (var value in next.Concat(made))
            {
                object[]? shape = areMatrices ? [graph.Unique("rows"), graph.Unique("values")] : null;
                Declare(own.Outputs, IsResult(own, value) ? value.Name : graph.Node("Identity", value).Name, shape);
            }
        });
        long[] alongTime = [.. Enumerable.Repeat(1L, inputs.Length)], ofOutputs = [.. Enumerable.Repeat(1L, outputs)];
        List<(string Name, object Value)> attributes =
            [("body", body), ("num_scan_inputs", (long)inputs.Length), ("scan_input_axes", alongTime)];
        // A list of none is no attribute to ONNX's checker.
        if (outputs > 0)
            attributes.Add(("scan_output_axes", ofOutputs));
        var results = graph.Nodes("Scan", initial.Length + outputs, [.. attributes], [.. initial, .. inputs]);
        return (results[..initial.Length], results[initial.Length..]);
    }

    // Whether a value is made in a body and is not yet one of its outputs; others need a copy to be one.
    private static bool IsResult(GraphProto body, Value value)
        => body.Nodes.Any(node => node.Outputs.Contains(value.Name)) && body.Outputs.All(output => output.Name != value.Name);
}
