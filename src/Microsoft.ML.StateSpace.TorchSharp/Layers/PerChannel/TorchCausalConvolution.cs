using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="CausalConvolution"/>: <c>y_t = sum_j w_j * u_{t-K+1+j} + b</c>, with zeros before the sequence, and D * u_t.</summary>
internal sealed class TorchCausalConvolution(CausalConvolution convolution) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
    {
        var bias = convolution.Bias is null ? null : pass[convolution.Bias];
        // zeros on both sides; what the last time steps would still say behind the end is cut off
        var y = nn.functional.conv1d(input.transpose(1, 2), pass[convolution.Weight].unsqueeze(1), bias, padding: convolution.Width - 1, groups: convolution.InputSize);
        // channels in one piece again, for what follows reads them together
        y = y.narrow(2, 0, pass.Length).transpose(1, 2).contiguous();
        return convolution.FeedThrough is null ? y : y + input * pass[convolution.FeedThrough];
    }
}
