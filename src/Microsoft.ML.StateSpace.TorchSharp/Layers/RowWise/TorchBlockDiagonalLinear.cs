using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="BlockDiagonalLinear"/>: <c>y = W x + b</c>, W block-diagonal, a block a head.</summary>
internal sealed class TorchBlockDiagonalLinear(BlockDiagonalLinear linear) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
    {
        var heads = input.view(pass.Sequences, pass.Length, linear.Heads, -1);
        var products = einsum("bthi,hoi->btho", heads, pass[linear.Weight]);
        return products.reshape(pass.Sequences, pass.Length, linear.OutputSize) + pass[linear.Bias];
    }
}
