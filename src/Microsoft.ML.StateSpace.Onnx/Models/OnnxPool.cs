using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>
/// <see cref="Pool"/> and <see cref="SharePool"/>: one vector of each sequence's valid time steps, (batch, length, H) to (batch, H) or
/// (batch, 2 H). In a step it is that of all steps up to now, from a sum with what rounding to it has lost, or the largest value.
/// </summary>
internal static class OnnxPool
{
    public static Value Apply(OnnxPass pass, Pooling kind, int size, Value rows, SharePool? shares) => kind switch
    {
        Pooling.Mean => Mean(pass, size, rows),
        Pooling.Max => Largest(pass, size, rows),
        Pooling.MeanAndMax => Value.Concat(-1, Mean(pass, size, rows), Largest(pass, size, rows)),
        Pooling.MeanAndShare => Value.Concat(-1, Mean(pass, size, rows), Mean(pass, size, Above(pass, rows, shares!))),
        _ => Last(pass, rows),
    };

    private static Value Mean(OnnxPass pass, int size, Value rows)
    {
        if (pass is WholePass whole)
            return whole.OnlyValid(rows).Sum(1) / whole.Lengths.To(ElementType.Float).Unsqueeze(1);
        // Kahan's sum, as the managed engine adds.
        return pass.Recur([[size], [size]], [rows], (states, now) =>
        {
            var added = now[0] - states[1];
            var sum = states[0] + added;
            return ([sum, sum - states[0] - added], [sum]);
        })[0] / ((StepPass)pass).Number;
    }

    private static Value Largest(OnnxPass pass, int size, Value rows)
    {
        if (pass is WholePass whole)
            return whole.IsValid.Choose(rows, pass.Graph.Constant(float.NegativeInfinity)).Largest(1);
        var isFirst = ((StepPass)pass).Number.EqualTo(pass.Graph.Constant(1f));
        return pass.Recur([size], rows, (state, row) =>
        {
            var largest = isFirst.Choose(row, state.Max(row));
            return (largest, largest);
        });
    }

    private static Value Last(OnnxPass pass, Value rows)
    {
        if (pass is not WholePass whole)
            return rows;
        var isLast = whole.Time.EqualTo(whole.Lengths.Unsqueeze(1) - pass.Graph.Constant([1L])).Unsqueeze(-1);
        return isLast.Choose(rows, pass.Graph.Constant(0f)).Sum(1);
    }

    // sigmoid(slope (x - threshold))
    private static Value Above(OnnxPass pass, Value rows, SharePool shares)
        => ((rows - pass.Constant(shares.Threshold)) * pass.Constant(shares.Slope)).Sigmoid();
}
