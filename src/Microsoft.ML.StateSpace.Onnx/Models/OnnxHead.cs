using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary><see cref="Head"/>: logits become class probabilities, standardised outputs return to the unit of the targets.</summary>
internal static class OnnxHead
{
    public static Value Finish(OnnxPass pass, Head head, Value rows)
        => head.Output is { } output ? rows * pass.Constant(output.Deviation) + pass.Constant(output.Mean) : rows.Softmax();
}
