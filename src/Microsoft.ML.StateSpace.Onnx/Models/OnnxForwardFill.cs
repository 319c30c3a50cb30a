using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>
/// <see cref="MissingValues.ForwardFill"/>: the last known value in the place of a missing one; NaN where nothing is known yet.
/// </summary>
internal static class OnnxForwardFill
{
    /// <param name="pass">The pass.</param>
    /// <param name="values">(..., channels).</param>
    /// <param name="channels">How many channels there are.</param>
    public static Value Apply(OnnxPass pass, Value values, long channels)
        => pass is WholePass whole ? Filled(whole, values) : Step(pass, values, channels);

    // All time steps at once: the known values of a channel are collected one behind the other, and a step reads the one whose number is
    // that of the values known so far. Number 0 is no value; missing ones are put behind all others, where no step reads.
    private static Value Filled(WholePass pass, Value values)
    {
        var isKnown = values.IsNaN().Not();
        var number = isKnown.To(ElementType.Int64).RunningSum(1);
        var behind = pass.Length + pass.Graph.Constant([1L]);
        var shape = Value.Concat(0, values.Extent(0), behind + pass.Graph.Constant([1L]), values.Extent(2));
        var collected = pass.Graph.Node(
            "ScatterElements", [("axis", 1L)], pass.Graph.Constant(float.NaN).Expand(shape), isKnown.Choose(number, behind), values);
        return pass.Graph.Node("GatherElements", [("axis", 1L)], collected, number);
    }

    private static Value Step(OnnxPass pass, Value values, long channels)
        => pass.Recur([[channels], [channels]], [values], (before, now) =>
        {
            var isKnown = pass.Graph.Constant(0f).Less(before[1]);
            var filled = now[0].IsNaN().And(isKnown).Choose(before[0], now[0]);
            return ([filled.WithoutNaN(), filled.IsNaN().Not().To(ElementType.Float)], [filled]);
        })[0];
}
