using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="L2RuSelective"/>: <c>q_t = W_in u_t</c>, <c>z_{t+1} = a_t z_t + b_t q_t</c>, <c>r_t = c_t z_t + d_t q_t</c>,
/// <c>y_t = gamma W_out r_t</c>, where <c>[a, b; c, d]</c> is the contraction that <see cref="DilationGates"/> makes of four free numbers.
/// </summary>
internal sealed class OnnxL2RuSelective(L2RuSelective core) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        int states = core.StateSize;
        var free = (new OnnxLinear(core.Gates).Apply(pass, input) + pass.Constant(core.Bias))
            .Clamp(-DilationGates.Limit, DilationGates.Limit);
        // With h = exp(-x): tanh(x) = (1 - h^2) / (1 + h^2), 1 / cosh(x) = 2 h / (1 + h^2).
        Value h = (-free).Exp(), square = h * h, divisor = square + 1;
        Value[] tanh = ((1 - square) / divisor).Split(states, states, states, states),
            sigma = ((h + h) / divisor).Split(states, states, states, states);
        Value a = tanh[0], u = tanh[1], v = tanh[2];
        // q carries the margin, so b and d, which multiply it, are used without one.
        var q = new OnnxBoundedLinear(core.In).Apply(pass, input) * DilationGates.Margin;
        var next = VaryingScan.Apply(pass, new(a * DilationGates.Margin), new(sigma[0] * u * q), states);
        var z = pass.Late(next.Re, states);
        var r = v * sigma[0] * DilationGates.Margin * z + (sigma[1] * sigma[2] * tanh[3] - v * a * u) * q;
        return new OnnxBoundedLinear(core.Out).Apply(pass, r);
    }
}
