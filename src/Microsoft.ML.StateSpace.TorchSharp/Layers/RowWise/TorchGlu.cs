using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="Glu"/>: the position-wise map behind a core, whose output is v, with <c>w = drop(gelu(v))</c> and the gate
/// <c>s = sigmoid(W2 w + b2)</c>.
/// </summary>
internal sealed class TorchGlu(Glu glu) : ITorchLayer
{
    private readonly TorchLinear? _value = glu.Value is null ? null : new(glu.Value);
    private readonly TorchLinear? _gate = glu.Gate is null ? null : new(glu.Gate);

    public Tensor Forward(TorchPass pass, Tensor input)
    {
        var w = TorchDropout.Apply(pass, glu.Inner, TorchActivation.Apply(glu.Gelu, input));
        if (_gate is null)
            return w;
        var s = _gate.Forward(pass, w).sigmoid();
        var value = glu.Kind switch { Nonlinearity.FullGlu => _value!.Forward(pass, w), Nonlinearity.HalfGlu1 => w, _ => input };
        return TorchDropout.Apply(pass, glu.Outer, value * s);
    }
}
