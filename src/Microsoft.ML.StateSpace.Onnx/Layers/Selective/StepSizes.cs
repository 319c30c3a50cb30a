using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>Step sizes that depend on the input.</summary>
internal static class StepSizes
{
    /// <summary>
    /// log(1 + exp(x)) with all digits of small step sizes, which ONNX Runtime's own operator loses where it adds them to 1:
    /// <c>max(x, 0) + log u + (y - (u - 1)) / u</c> with <c>y = exp(-|x|)</c> and u the rounded 1 + y.
    /// </summary>
    public static Value Softplus(Value x)
    {
        var y = (-x.Abs()).Exp();
        var u = y + 1;
        return x.Max(x.Builder.Constant(0f)) + (u.Log() + (y - (u - 1)) / u);
    }

    /// <summary>exp(x) - 1 with all its digits, from exp(x).</summary>
    public static Value ExpMinusOne(Value x, Value exp) => (x * 0.5f).Tanh() * (exp + 1);

    /// <summary>Step sizes times the interval of their row, where there are intervals.</summary>
    public static Value OverIntervals(OnnxPass pass, Value steps, bool hasIntervals)
        => hasIntervals ? (steps * pass.Intervals).Clamp(0, IntervalSteps.Largest) : steps;
}
