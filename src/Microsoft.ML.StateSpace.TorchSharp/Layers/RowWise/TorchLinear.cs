using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="Linear"/>: <c>y = W x + b</c>.</summary>
internal sealed class TorchLinear(Linear linear) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
        => pass.Product(input, pass[linear.Weight], linear.Bias is null ? null : pass[linear.Bias]);
}
