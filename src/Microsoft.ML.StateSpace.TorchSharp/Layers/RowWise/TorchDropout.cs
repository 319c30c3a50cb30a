using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="Dropout"/> with the masks that the managed engine would draw.</summary>
internal sealed class TorchDropout(TiedDropout dropout) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input) => Apply(pass, dropout.Dropout, input);

    public static Tensor Apply(TorchPass pass, Dropout dropout, Tensor values)
        => pass.Masks(dropout, (int)values.shape[^1]) is Tensor masks ? values * masks : values;
}
