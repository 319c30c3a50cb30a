using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary><see cref="Activation"/>, elementwise.</summary>
internal sealed class OnnxActivation(Activation activation) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input) => Apply(activation.Kind, input);

    public static Value Apply(ActivationKind kind, Value input) => kind switch
    {
        ActivationKind.Gelu => Gelu(input),
        ActivationKind.Silu => Silu(input),
        ActivationKind.Tanh => input.Tanh(),
        ActivationKind.ExactGelu => input * ((input * (float)Math.Sqrt(0.5)).Erf() + 1) * 0.5f,
        _ => input.Builder.Node("Elu", input),
    };

    /// <summary>The tanh form, <c>x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3))</c>.</summary>
    public static Value Gelu(Value x)
    {
        float linear = (float)(2 * Math.Sqrt(2 / Math.PI));
        return x * (x * (x * x * (linear * 0.044715f) + linear)).Sigmoid();
    }

    public static Value Silu(Value x) => x * x.Sigmoid();
}
