using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Proto;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>
/// <see cref="DerivedChannels"/>: differences, standardised sequences, and differences to the mean sequence, still to be standardised.
/// </summary>
internal static class OnnxDerivedChannels
{
    /// <param name="pass">The pass.</param>
    /// <param name="derived">What is derived.</param>
    /// <param name="values">(..., channels), as they were measured.</param>
    /// <param name="filled">The same with what stands for missing values; NaN where nothing does.</param>
    /// <param name="channels">How many channels there are.</param>
    /// <returns>(..., derived channels).</returns>
    public static Value Apply(OnnxPass pass, DerivedChannels derived, Value values, Value filled, long channels)
    {
        // Where nothing stands for a value, nothing is derived from it. Where no value may miss, NaN goes on.
        Value WithoutUnknown(Value channel) => derived.TakesMissing ? channel.WithoutNaN() : channel;
        Value measured = Finite(values), value = Finite(filled), zero = pass.Graph.Constant(0f);
        var parts = new List<Value>();
        if (derived.Kinds.Differences)
            parts.Add(pass.IsFirst.Choose(zero, WithoutUnknown(value - pass.Late(value, channels))));
        if (derived.Kinds.StandardizedSequences)
        {
            var (mean, deviation) = OnnxMoments.Of(pass, measured, channels, derived.TakesMissing, isRunning: derived.StateSize > 0);
            parts.Add(WithoutUnknown(OnnxMoments.Standardize(value, mean, deviation)));
        }
        if (derived.MeanSequence is not null)
            parts.Add(WithoutUnknown(ToMean(pass, derived.MeanSequence, value)));
        return Value.Concat(-1, [.. parts]);
    }

    // The differences to a sequence, (steps, channels); 0 behind its end.
    private static Value ToMean(OnnxPass pass, Parameter sequence, Value value)
    {
        int steps = sequence.Shape[0];
        var time = pass is WholePass whole
            ? whole.Time : ((StepPass)pass).Number.Squeeze(1).To(ElementType.Int64) - pass.Graph.Constant([1L]);
        var mean = pass.Constant(sequence).Gather(time.Min(pass.Graph.Constant([steps - 1L])));
        return time.Less(pass.Graph.Constant([(long)steps])).Unsqueeze(-1).Choose(value - mean, pass.Graph.Constant(0f));
    }

    // An infinity would leave no number behind it. NaN stays NaN.
    private static Value Finite(Value value) => value.Clamp(float.MinValue, float.MaxValue);
}
