using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// A layer of the model as tensor operations. It owns no tensor: the pass has the parameters, and autograd keeps what the backward pass
/// needs.
/// </summary>
internal interface ITorchLayer
{
    /// <summary>(batch, length, inputs) to (batch, length, outputs); in the padding any values may come in and go out.</summary>
    Tensor Forward(TorchPass pass, Tensor input);
}
