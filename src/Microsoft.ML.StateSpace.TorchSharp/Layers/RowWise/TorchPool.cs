using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>One vector of each sequence's valid time steps, (batch, length, H) to (batch, H), or to (batch, 2 H).</summary>
internal static class TorchPool
{
    public static Tensor Forward(Pooling kind, TorchPass pass, Tensor input, SharePool? shares = null) => kind switch
    {
        Pooling.Mean => where(pass.IsValid, input, pass.Zero).sum(1) / pass.Lengths.to(input.dtype).unsqueeze(1),
        Pooling.Max => Rows(input, where(pass.IsValid, input.detach(), pass.Zero - float.MaxValue).argmax(1)),
        Pooling.MeanAndMax => Tensors.Join([Forward(Pooling.Mean, pass, input), Forward(Pooling.Max, pass, input)], -1),
        Pooling.MeanAndShare => Tensors.Join(
            [Forward(Pooling.Mean, pass, input), Forward(Pooling.Mean, pass, Above(pass, input, shares!))], -1),
        _ => Rows(input, (pass.Lengths - 1).unsqueeze(1).expand(input.shape[0], input.shape[2])),
    };

    private static Tensor Above(TorchPass pass, Tensor input, SharePool shares)
        => ((input - pass[shares.Threshold]) * pass[shares.Slope]).sigmoid();

    // The time step of each channel that steps (batch, H) name.
    private static Tensor Rows(Tensor input, Tensor steps) => input.gather(1, steps.unsqueeze(1)).squeeze(1);
}
