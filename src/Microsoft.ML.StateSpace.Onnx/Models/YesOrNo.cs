using Microsoft.ML.StateSpace.Onnx.Graph;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>The answers of a binary classifier.</summary>
/// <param name="IsYes">Truth values, (batch).</param>
/// <param name="LogOdds">The logarithm of the odds of yes, (batch).</param>
/// <param name="Probability">The probability of yes, (batch).</param>
internal sealed record YesOrNo(Value IsYes, Value LogOdds, Value Probability)
{
    /// <param name="probabilities">Those of no and yes, (batch, 2).</param>
    public static YesOrNo Of(Value probabilities)
    {
        var graph = probabilities.Builder;
        // A probability of zero counts as the smallest positive float. Scaled up it is a number whose logarithm every library knows; in
        // the difference the scale cancels.
        const float Scale = 1 << 30;
        var logs = (probabilities * Scale).Max(graph.Constant(float.Epsilon * Scale)).Log().Split(1, 1);
        var odds = (logs[1] - logs[0]).Squeeze(-1);
        var probability = probabilities.Slice(-1, 1).Squeeze(-1);
        odds = probability.IsNaN().Choose(probability, odds);
        return new YesOrNo(graph.Constant(0f).Less(odds), odds, probability);
    }
}
