using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="RgLru"/>: <c>log a_t = -8 r_t softplus(-Lambda)</c>, <c>h_t = a_t h_{t-1} + sqrt(1 - a_t^2) (i_t x_t)</c>, where r and i are
/// gates.
/// </summary>
internal sealed class TorchRgLru(RgLru layer) : ITorchLayer
{
    // Where a rounds to 1, the root's derivative would be infinite. With 1 - a^2 at least this it stays finite, and the root, 1e-18, is too
    // small to be seen in the state.
    private const double LeastSquare = 1e-36;

    private readonly TorchBlockDiagonalLinear _recurrenceGate = new(layer.RecurrenceGate), _inputGate = new(layer.InputGate);

    public Tensor Forward(TorchPass pass, Tensor input)
    {
        Tensor l = _recurrenceGate.Forward(pass, input).sigmoid() * LogDecay(pass, layer);
        Tensor i = _inputGate.Forward(pass, input).sigmoid();
        return VaryingScan.Apply(l.exp(), Multiplier(pass, layer, l) * (i * input));
    }

    /// <summary><c>-8 softplus(-Lambda)</c>.</summary>
    public static Tensor LogDecay(TorchPass pass, RgLru layer)
        => (nn.functional.softplus(-pass[layer.Lambda].to(ScalarType.Float64)) * -RgLru.Sharpness).to(ScalarType.Float32);

    /// <summary>What the input is multiplied by where the decay is e to the l: <c>sqrt(1 - e^2l)</c>, but 1 in a unit first step.</summary>
    public static Tensor Multiplier(TorchPass pass, RgLru layer, Tensor l)
    {
        var m = (-(2 * l).expm1()).clamp_min(LeastSquare).sqrt();
        return layer.HasUnitFirst ? Tensors.Join([ones_like(m.narrow(1, 0, 1)), m.narrow(1, 1, pass.Length - 1)], 1) : m;
    }
}
