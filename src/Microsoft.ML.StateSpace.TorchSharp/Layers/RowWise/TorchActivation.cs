using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="Activation"/>, elementwise.</summary>
internal sealed class TorchActivation(Activation activation) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input) => Apply(activation.Kind, input);

    public static Tensor Apply(ActivationKind kind, Tensor input) => kind switch
    {
        ActivationKind.Gelu => Gelu(input),
        ActivationKind.ExactGelu => input * (input * Math.Sqrt(0.5)).erf().add(1) * 0.5,
        ActivationKind.Silu => input * input.sigmoid(),
        ActivationKind.Tanh => input.tanh(),
        _ => nn.functional.elu(input, 1),
    };

    /// <summary>The tanh form, <c>x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3))</c>.</summary>
    public static Tensor Gelu(Tensor x)
    {
        double linear = 2 * Math.Sqrt(2 / Math.PI);
        return x * (x * (x.square() * (linear * 0.044715) + linear)).sigmoid();
    }
}
