using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="S6"/>: <c>x_t = exp(Delta_t A) x_{t-1} + (Delta_t u_t) B_t^T</c>, <c>y_t = x_t C_t + D u_t</c>, where Delta, B and C are
/// projections of u.
/// </summary>
internal sealed class TorchS6(S6 s6) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
    {
        var projections = pass.Product(input, pass[s6.XProj], null);
        Tensor b = projections.narrow(2, s6.Rank, s6.States), c = projections.narrow(2, s6.Rank + s6.States, s6.States);
        var steps = nn.functional.softplus(nn.functional.linear(projections.narrow(2, 0, s6.Rank), pass[s6.DtProj], pass[s6.DtBias]));
        if (s6.HasIntervals)
            steps = pass.OverIntervals(steps);
        var exact = -pass[s6.ALog].to(ScalarType.Float64).exp().clamp_min(S6.SmallestRate).clamp_max(S6.LargestRate);
        var rates = exact.to(ScalarType.Float32).transpose(0, 1).contiguous();
        return SelectiveScan.Apply(steps, input, rates, b, c, s6.IsHeld) + input * pass[s6.FeedThrough];
    }
}
