using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Tests.Scans;

public sealed class HeadScanTests
{
    [TorchTheory]
    [InlineData(1000, 2, 3, 2, 4)]
    [InlineData(150, 4, 8, 32, 16)]
    public void Scan_IsTheLoop(int length, int batch, int heads, int width, int states)
        => Check(LogDecays(length, batch, heads), width, states);

    [TorchFact]
    public void EveryLength_IsTheLoop()
    {
        for (int length = 1; length <= 70; length++)
            Check(LogDecays(length, 2, 3), 2, 4);
    }

    /// <summary>Cumulated logarithms of the whole chunk would lose the digits of all steps behind the one that forgets.</summary>
    [TorchTheory]
    [InlineData(-1e4f)]
    [InlineData(-1e30f)]
    [InlineData(float.NegativeInfinity)]
    public void StepsThatForgetEverything_CostTheirNeighboursNoDigits(float logDecay)
    {
        var logDecays = ScanCheck.Uniform(-0.01, 0, 1, 2, 200, 3);
        for (int t = 3; t < 200; t += 30)
            logDecays.select(1, t).fill_(logDecay);
        Check(logDecays, 2, 4);
    }

    private static Tensor LogDecays(int length, int batch, int heads) => ScanCheck.Uniform(-0.05, 0, length, batch, length, heads);

    private static void Check(Tensor logDecays, int width, int states)
    {
        long batch = logDecays.shape[0], length = logDecays.shape[1], heads = logDecays.shape[2];
        Tensor inputs = ScanCheck.Uniform(-1, 1, 2, batch, length, heads, width), b = ScanCheck.Uniform(-1, 1, 3, batch, length, states),
            c = ScanCheck.Uniform(-1, 1, 4, batch, length, states);
        ScanCheck.Agrees(t => HeadScan.Apply(t[0], t[1], t[2], t[3]), t => Loop(t[0], t[1], t[2], t[3]), $"length {length}", inputs,
            logDecays, b, c);
    }

    // h_t = exp(l_t) h_{t-1} + u_t B_t^T, y_t = h_t C_t
    private static Tensor Loop(Tensor inputs, Tensor logDecays, Tensor b, Tensor c)
    {
        Tensor[] us = inputs.unbind(1), decays = logDecays.exp().unbind(1), bs = b.unbind(1), cs = c.unbind(1), ys = new Tensor[us.Length];
        Tensor? h = null;
        for (int t = 0; t < ys.Length; t++)
        {
            var v = us[t].unsqueeze(3) * bs[t].unsqueeze(1).unsqueeze(1);
            h = decays[t].unsqueeze(2).unsqueeze(3) * (h ?? zeros_like(v)) + v;
            ys[t] = (h * cs[t].unsqueeze(1).unsqueeze(1)).sum(3);
        }
        return stack(ys, 1);
    }
}
