using System.Numerics;
using Microsoft.ML.StateSpace.Onnx.Graph;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// Powers of fixed poles, in double, which the graph computes from the poles by doubling when it is loaded: so the file holds nothing of
/// them but the poles.
/// </summary>
/// <param name="All">a^1, ..., a^Q, (..., Q), where Q is a power of two.</param>
/// <param name="Last">a^Q, (..., 1).</param>
internal readonly record struct PolePowers(Planes All, Planes Last)
{
    /// <param name="graph">The graph.</param>
    /// <param name="poles">The poles a, row-major.</param>
    /// <param name="doublings">The logarithm of Q to the base of two.</param>
    /// <param name="shape">Their extents.</param>
    public static PolePowers Of(GraphBuilder graph, Complex[] poles, int doublings, params long[] shape)
    {
        long[] extents = [.. shape, 1];
        return Of(
            new Planes(
                graph.Doubles("Pole.Real", Array.ConvertAll(poles, pole => pole.Real), extents),
                graph.Doubles("Pole.Imaginary", Array.ConvertAll(poles, pole => pole.Imaginary), extents)),
            doublings);
    }

    /// <param name="poles">The poles a, (..., 1), in double.</param>
    /// <param name="doublings">The logarithm of Q to the base of two.</param>
    public static PolePowers Of(Planes poles, int doublings)
    {
        Planes last = poles, all = poles;
        for (int i = 0; i < doublings; i++)
        {
            var behind = all * last;
            all = new(Value.Concat(-1, all.Re, behind.Re), Value.Concat(-1, all.Im!.Value, behind.Im!.Value));
            last *= last;
        }
        return new(all, last);
    }
}
