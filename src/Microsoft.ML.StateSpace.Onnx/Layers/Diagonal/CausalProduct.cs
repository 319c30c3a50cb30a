using Microsoft.ML.StateSpace.Onnx.Graph;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// Rows of time steps times a triangular matrix that takes each step to itself and those behind it. The zeros of the triangle would make
/// NaN of NaN at earlier steps too, so there is none in the product; it stands in its place and behind it in what comes out.
/// </summary>
internal static class CausalProduct
{
    /// <param name="rows">(..., columns).</param>
    /// <param name="triangle">(..., columns, columns).</param>
    /// <param name="steps">The step of each column as a float, (columns), of which several may have the same.</param>
    /// <param name="count">Number of steps.</param>
    public static Value Apply(Value rows, Value triangle, Value steps, float count)
    {
        var graph = rows.Builder;
        var isNaN = rows.IsNaN();
        var first = graph.Node(
            "ReduceMin", [("axes", new[] { -1L }), ("keepdims", 1L)], isNaN.Choose(steps, graph.Constant(count)));
        var product = isNaN.Choose(graph.Constant(0f), rows).MatMul(triangle);
        return first.AtMost(steps).Choose(graph.Constant(float.NaN), product);
    }
}
