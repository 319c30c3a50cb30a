using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>
/// <see cref="InputStage"/>: what the encoder reads of time steps, the standardised channels and what is derived from them, or the tokens.
/// </summary>
internal static class OnnxInputStage
{
    /// <param name="pass">The pass.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="values">(..., channels), in their unit.</param>
    /// <returns>(..., width of the stage).</returns>
    public static Value Apply(OnnxPass pass, InputStage stage, Value values)
    {
        if (stage.Standardize is not { } standardize)
            return values;
        int channels = standardize.Size - stage.Derived;
        var filled = stage.Missing == MissingValues.ForwardFill ? OnnxForwardFill.Apply(pass, values, channels) : values;
        var rows = stage.DerivedChannels is { } derived
            ? Value.Concat(-1, filled, OnnxDerivedChannels.Apply(pass, derived, values, filled, channels))
            : filled;
        var encoded = Standardized(pass, standardize, rows);
        return stage.TakesMissing ? Value.Concat(-1, encoded.WithoutNaN(), values.IsNaN().Not().To(ElementType.Float)) : encoded;
    }

    private static Value Standardized(OnnxPass pass, Standardize standardize, Value values)
    {
        var standardized = (values - pass.Constant(standardize.Mean)) / pass.Constant(standardize.Deviation);
        return float.IsFinite(standardize.Bound) ? standardized.Clamp(-standardize.Bound, standardize.Bound) : standardized;
    }
}
