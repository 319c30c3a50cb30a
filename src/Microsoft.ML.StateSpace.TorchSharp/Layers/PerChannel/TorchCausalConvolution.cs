using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="CausalConvolution"/>: <c>y_t = sum_j w_j * u_{t-K+1+j} + b</c>, where u is zero before the sequence; plus <c>D * u_t</c>
/// where there is a D.
/// </summary>
internal sealed class TorchCausalConvolution(CausalConvolution convolution) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
    {
        var bias = convolution.Bias is null ? null : pass[convolution.Bias];
        // The convolution pads with zeros on both sides. The zeros behind the end make some outputs more than there are time steps; they
        // are cut off.
        var weight = pass[convolution.Weight].unsqueeze(1);
        int padding = convolution.Width - 1, channels = convolution.InputSize;
        var y = nn.functional.conv1d(input.transpose(1, 2), weight, bias, padding: padding, groups: channels);
        // The channels of a time step are put side by side in memory again, as the layers that follow read them.
        y = y.narrow(2, 0, pass.Length).transpose(1, 2).contiguous();
        return convolution.FeedThrough is null ? y : y + input * pass[convolution.FeedThrough];
    }
}
