using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="L2RuSelective"/>: <c>q_t = W_in u_t</c>, <c>z_{t+1} = a_t z_t + b_t q_t</c>, <c>r_t = c_t z_t + d_t q_t</c>,
/// <c>y_t = gamma W_out r_t</c>. The matrix <c>[a, b; c, d]</c> of each step is the contraction that <see cref="DilationGates"/> makes of
/// four free numbers.
/// </summary>
internal sealed class TorchL2RuSelective(L2RuSelective layer) : ITorchLayer
{
    private readonly ITorchLayer _in = TorchLayers.Of(layer.In), _out = TorchLayers.Of(layer.Out);

    public Tensor Forward(TorchPass pass, Tensor input)
    {
        var free = pass.Product(input, pass[layer.Gates.Weight], pass[layer.Bias]);
        free = free.clamp_min(-DilationGates.Limit).clamp_max(DilationGates.Limit);
        Tensor[] tanh = free.tanh().chunk(4, 2), sigma = free.cosh().reciprocal().chunk(4, 2);
        Tensor a = tanh[0], u = tanh[1], v = tanh[2], q = _in.Forward(pass, input) * DilationGates.Margin;
        // q already carries the margin, so b and d, which multiply it, are used without one.
        var next = VaryingScan.Apply(a * DilationGates.Margin, sigma[0] * u * q);
        // z_t, the state before each step; the first is zero.
        var z = Tensors.Join([zeros_like(next.narrow(1, 0, 1)), next.narrow(1, 0, pass.Length - 1)], 1);
        var r = v * sigma[0] * DilationGates.Margin * z + (sigma[1] * sigma[2] * tanh[3] - v * a * u) * q;
        return _out.Forward(pass, r);
    }
}
