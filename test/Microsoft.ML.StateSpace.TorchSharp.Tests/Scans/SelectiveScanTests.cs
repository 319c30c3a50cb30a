using Microsoft.ML.StateSpace.Torch.Scans;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Tests.Scans;

public sealed class SelectiveScanTests
{
    [TorchTheory]
    [InlineData(1000, 2, 3, 4, false)]
    [InlineData(1000, 2, 3, 4, true)]
    [InlineData(150, 4, 512, 8, false)]
    [InlineData(150, 4, 512, 8, true)]
    public void Scan_IsTheLoop(int length, int batch, int channels, int states, bool isHeld)
        => Check(length, batch, channels, states, isHeld);

    [TorchTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void EveryLength_IsTheLoop(bool isHeld)
    {
        for (int length = 1; length <= 70; length++)
            Check(length, 2, 3, 2, isHeld);
    }

    /// <summary>So the cases above of 16384 states a step have several chunks, the last of which is shorter.</summary>
    [Fact]
    public void WideSteps_MakeShortChunks()
        => SelectiveScan.StepsOfChunk(4 * 512 * 8, DeviceType.CPU).Should().Be(SelectiveScan.LeastSteps);

    /// <summary>However long the sequence is: a chunk holds a bounded number of elements, and what is kept is one state in many.</summary>
    [Theory]
    [InlineData(1L << 4)]
    [InlineData(1L << 12)]
    [InlineData(1L << 20)]
    public void States_AreThereForOneChunkOfTime(long states)
    {
        (SelectiveScan.StepsOfChunk(states, DeviceType.CPU) * states)
            .Should().BeInRange(1, Math.Max(SelectiveScan.ElementsOnCpu, 32 * states));
        (SelectiveScan.StepsOfChunk(states, DeviceType.CUDA) * states)
            .Should().BeInRange(1, Math.Max(SelectiveScan.ElementsOnGpu, 32 * states));
        SelectiveScan.StepsOfChunk(states, DeviceType.CPU).Should().BeGreaterThanOrEqualTo(32);
        SelectiveScan.StepsOfChunk(states, DeviceType.CUDA).Should().BeGreaterThanOrEqualTo(32);
    }

    private static void Check(int length, int batch, int channels, int states, bool isHeld)
    {
        Tensor steps = ScanCheck.Uniform(0.01, 0.5, 1, batch, length, channels),
            inputs = ScanCheck.Uniform(-1, 1, 2, batch, length, channels);
        Tensor rates = ScanCheck.Uniform(-4, -0.2, 3, states, channels), b = ScanCheck.Uniform(-1, 1, 4, batch, length, states),
            c = ScanCheck.Uniform(-1, 1, 5, batch, length, states);
        ScanCheck.Agrees(
            t => SelectiveScan.Apply(t[0], t[1], t[2], t[3], t[4], isHeld),
            t => Loop(t[0], t[1], t[2], t[3], t[4], isHeld), $"length {length}", steps, inputs, rates, b, c);
    }

    // x_t = exp(Delta_t A) x_{t-1} + f u_t B_t^T, y_t = x_t C_t
    private static Tensor Loop(Tensor steps, Tensor inputs, Tensor rates, Tensor b, Tensor c, bool isHeld)
    {
        Tensor[] deltas = steps.unbind(1), us = inputs.unbind(1), bs = b.unbind(1), cs = c.unbind(1), ys = new Tensor[us.Length];
        Tensor x = 0 * (rates * deltas[0].unsqueeze(1));
        for (int t = 0; t < ys.Length; t++)
        {
            var z = deltas[t].unsqueeze(1) * rates;
            var factor = isHeld ? z.expm1() / rates : deltas[t].unsqueeze(1);
            x = z.exp() * x + factor * us[t].unsqueeze(1) * bs[t].unsqueeze(2);
            ys[t] = (x * cs[t].unsqueeze(2)).sum(1);
        }
        return stack(ys, 1);
    }
}
