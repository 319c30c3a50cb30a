using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Tests.Scans;

public sealed class VaryingScanTests
{
    [TorchTheory]
    [InlineData(1000, 2, 3)]
    [InlineData(40, 2, 5000)]
    public void RealScan_IsTheLoop(int length, int batch, int states)
        => Check(length, ScanCheck.Uniform(0.9, 1, 1, batch, length, states), ScanCheck.Uniform(-1, 1, 2, batch, length, states));

    [TorchTheory]
    [InlineData(1000, 2, 3)]
    [InlineData(40, 2, 5000)]
    public void ComplexScan_IsTheLoop(int length, int batch, int states)
    {
        Tensor modulus = ScanCheck.Uniform(0.9, 1, 3, batch, length, states), phase = ScanCheck.Uniform(-3, 3, 4, batch, length, states);
        Check(length, polar(modulus, phase),
            complex(ScanCheck.Uniform(-1, 1, 5, batch, length, states), ScanCheck.Uniform(-1, 1, 6, batch, length, states)));
    }

    [TorchFact]
    public void EveryLength_IsTheLoop()
    {
        for (int length = 1; length <= 70; length++)
            Check(length, ScanCheck.Uniform(0.9, 1, length, 2, length, 3), ScanCheck.Uniform(-1, 1, 2, 2, length, 3));
    }

    [TorchFact]
    public void FactorsThatForgetEverything_LeaveNoTrace()
    {
        var factors = ScanCheck.Uniform(0.9, 1, 1, 2, 300, 3);
        factors.select(1, 17).zero_();
        factors.select(1, 150).fill_(1e-38f);
        Check(300, factors, ScanCheck.Uniform(-1, 1, 2, 2, 300, 3));
    }

    // The factors are near 1, so that it shows what a chunk takes over from the one before.
    private static void Check(int length, Tensor factors, Tensor inputs)
        => ScanCheck.Agrees(t => VaryingScan.Apply(t[0], t[1]), t => Loop(t[0], t[1]), $"length {length}", factors, inputs);

    // x_t = a_t x_{t-1} + b_t
    private static Tensor Loop(Tensor factors, Tensor inputs)
    {
        Tensor[] a = factors.unbind(1), x = inputs.unbind(1);
        for (int t = 1; t < x.Length; t++)
            x[t] = x[t] + a[t] * x[t - 1];
        return stack(x, 1) + 0 * factors;
    }
}
