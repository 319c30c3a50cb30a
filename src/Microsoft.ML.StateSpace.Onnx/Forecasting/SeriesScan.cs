using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Forecasting;

/// <summary>Reads whole series row by row.</summary>
internal static class SeriesScan
{
    /// <param name="graph">The graph.</param>
    /// <param name="rows">(batch, length, values), floats.</param>
    /// <param name="lengths">Rows of each series, (batch), int64.</param>
    /// <param name="stateSize">Values of the state, which is zero before the first row.</param>
    /// <param name="step">
    /// From a state, (batch, size), and a row, (batch, values), both doubles, to the state behind it and outputs, (batch, any).
    /// </param>
    /// <returns>The states behind the last row of each series, and the outputs, (batch, length, any).</returns>
    public static (Value State, Value[] Outputs) Of(
        GraphBuilder graph, Value rows, Value lengths, long stateSize, Func<Value, Value, (Value State, Value[] Outputs)> step)
    {
        var time = graph.Node("Range", graph.Integer(0), rows.Extent(1).Squeeze(0), graph.Integer(1)).Unsqueeze(0);
        var isRow = time.Less(lengths.Unsqueeze(1)).To(ElementType.Double).Unsqueeze(2);
        var zero = graph.Doubles("Number", [0]);
        var start = zero.Expand(Value.Concat(0, rows.Extent(0), graph.Constant([stateSize])));
        var (states, outputs) = Scan.OfMatrices(graph, [start], [rows.To(ElementType.Double), isRow], (before, now) =>
        {
            var (next, made) = step(before[0], now[0]);
            return ([zero.Less(now[1]).Choose(next, before[0])], made);
        }, ElementType.Double);
        return (states[0], outputs);
    }
}
