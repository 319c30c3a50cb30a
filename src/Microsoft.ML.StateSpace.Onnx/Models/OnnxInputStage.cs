using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Graph;

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
        if (stage.TakesMissing || stage.Derived > 0)
            throw new NotSupportedException("missing values and derived inputs");
        return stage.Standardize is { } standardize ? Standardized(pass, standardize, values) : values;
    }

    private static Value Standardized(OnnxPass pass, Standardize standardize, Value values)
    {
        var standardized = (values - pass.Constant(standardize.Mean)) / pass.Constant(standardize.Deviation);
        return float.IsFinite(standardize.Bound) ? standardized.Clamp(-standardize.Bound, standardize.Bound) : standardized;
    }
}
