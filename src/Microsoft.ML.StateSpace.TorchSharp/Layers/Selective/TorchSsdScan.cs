using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="SsdScan"/>: <c>h_t = exp(-Delta_t exp(ALog)) h_{t-1} + Delta_t x_t B_t^T</c>, <c>y_t = h_t C_t + D x_t</c>. A row of the
/// input holds x, B, C and what Delta is made of, side by side.
/// </summary>
internal sealed class TorchSsdScan(SsdScan ssd) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
    {
        int size = ssd.OutputSize, states = ssd.States;
        var x = input.narrow(2, 0, size).reshape(pass.Sequences, pass.Length, ssd.Heads, -1);
        Tensor b = input.narrow(2, size, states), c = input.narrow(2, size + states, states);
        var steps = nn.functional.softplus(input.narrow(2, size + 2 * states, ssd.Heads) + pass[ssd.DtBias]);
        if (ssd.HasIntervals)
            steps = pass.OverIntervals(steps);
        var rates = -pass[ssd.ALog].to(ScalarType.Float64).exp().clamp_max(SsdScan.FastestRate).to(ScalarType.Float32);
        var y = HeadScan.Apply(x * steps.unsqueeze(3), steps * rates, b, c) + x * pass[ssd.FeedThrough].unsqueeze(1);
        return y.flatten(2);
    }
}
