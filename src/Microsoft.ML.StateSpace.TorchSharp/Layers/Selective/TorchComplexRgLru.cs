using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="ComplexRgLru"/>: <c>log a_t = r_t (-8 softplus(-Lambda) + j Omega)</c>,
/// <c>h_t = a_t h_{t-1} + sqrt(1 - |a_t|^2) (i_t x_t)</c>.
/// </summary>
internal sealed class TorchComplexRgLru(ComplexRgLru layer) : ITorchLayer
{
    private readonly TorchBlockDiagonalLinear _recurrenceGate = new(layer.RecurrenceGate), _inputGate = new(layer.InputGate);

    public Tensor Forward(TorchPass pass, Tensor input)
    {
        Tensor r = _recurrenceGate.Forward(pass, input).sigmoid(), i = _inputGate.Forward(pass, input).sigmoid();
        Tensor l = r * TorchRgLru.LogDecay(pass, layer), phase = r * pass[layer.Omega], size = l.exp();
        var x = complex(input.narrow(2, 0, layer.States), input.narrow(2, layer.States, layer.States));
        var h = VaryingScan.Apply(
            complex(size * phase.cos(), size * phase.sin()), TorchRgLru.Multiplier(pass, layer, l) * i * x);
        return Tensors.Join([h.real, h.imag], 2);
    }
}
