using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>A layer of the model as tensor operations. It owns nothing: parameters are those of the pass, autograd keeps what backward needs.</summary>
internal interface ITorchLayer
{
    /// <summary>(batch, length, inputs) to (batch, length, outputs); what stands in the padding is anything.</summary>
    Tensor Forward(TorchPass pass, Tensor input);
}
