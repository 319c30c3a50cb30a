using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Tests.Scans;

public sealed class ScanTests
{
    private const int Batch = 2;

    public static TheoryData<int> Lengths => Naive.Lengths;

    [TorchTheory]
    [MemberData(nameof(Lengths))]
    public void LinearScan_IsTheRecurrence(int length)
    {
        using var scope = NewDisposeScope();
        var poles = Naive.Poles(0.99999, 0.999, 0.9, 0);
        Naive.Equal(
            x => Naive.Run(length, zeros([Batch, 4], ScalarType.ComplexFloat64), (state, t) => x[0] * state + x[1].select(1, t)),
            x => LinearScan.Apply(x[0], x[1]), Tolerance.Engines, poles, Naive.ComplexUniform(1, Batch, length, 4));
    }

    [TorchTheory]
    [MemberData(nameof(Lengths))]
    public void HeldScan_IsTheRecurrence(int length)
    {
        using var scope = NewDisposeScope();
        Irregular(length, HeldScan.Apply, (zeta, dt) => (zeta * dt).exp() - 1);
    }

    [TorchTheory]
    [MemberData(nameof(Lengths))]
    public void BilinearScan_IsTheRecurrence(int length)
    {
        using var scope = NewDisposeScope();
        Irregular(length, BilinearScan.Apply, (zeta, dt) => zeta * dt / (1 - zeta * dt / 2));
    }

    [TorchFact]
    public void IrregularScan_OfAnyInterval_IsFinite()
    {
        using var scope = NewDisposeScope();
        var zeta = complex(tensor([-1e-5, -1e20]), tensor([3.0, -1e20])).requires_grad_();
        var inputs = Naive.ComplexUniform(1, 1, 40, 2).requires_grad_();
        var intervals = ones(1, 40, 1);
        intervals[0, 5, 0] = float.MaxValue;
        intervals[0, 17, 0] = 0;
        foreach (var scan in (Func<Tensor, Tensor, Tensor, Tensor>[])[HeldScan.Apply, BilinearScan.Apply])
        {
            var states = scan(zeta, intervals, inputs);
            states.view_as_real().sum().backward();
            states.view_as_real().isfinite().all().item<bool>().Should().BeTrue();
            inputs.grad!.view_as_real().isfinite().all().item<bool>().Should().BeTrue();
        }
    }

    [TorchTheory]
    [MemberData(nameof(Lengths))]
    public void DenseScan_IsTheRecurrence(int length)
    {
        using var scope = NewDisposeScope();
        const int Size = 5;
        // a rotation, hardly damped
        var skew = Naive.Uniform(4, Size, Size).to(ScalarType.Float64);
        skew = skew - skew.transpose(0, 1);
        var matrix = linalg.inv(eye(Size, dtype: ScalarType.Float64) + skew).mm(eye(Size, dtype: ScalarType.Float64) - skew) * 0.99999;
        Naive.Equal(
            x => Naive.Run(length, zeros([Batch, Size], ScalarType.Float64),
                (state, t) => state.mm(x[0].transpose(0, 1)) + x[1].select(1, t)),
            x => DenseScan.Apply(x[0], x[1]), Tolerance.Engines, matrix, Naive.Uniform(1, Batch, length, Size));
    }

    // Over an interval of one, the poles have moduli from 0.99999 down to 0.1. The intervals differ by a factor of twenty.
    private static void Irregular(int length, Func<Tensor, Tensor, Tensor, Tensor> scan, Func<Tensor, Tensor, Tensor> increment)
    {
        var zeta = complex(tensor([-1e-5, -1e-3, -0.1, -2.3]), tensor([0.01, 3.0, -0.7, 20]));
        var intervals = tensor(Draw.Uniform(Batch * length, 0.2, 4, 9), Batch, length, 1);
        Naive.Equal(
            x => Naive.Run(length, zeros([Batch, 4], ScalarType.ComplexFloat64),
                (state, t) => state + increment(x[0], intervals.select(1, t)) * (state + x[1].select(1, t))),
            x => scan(x[0], intervals, x[1]), Tolerance.Engines, zeta, Naive.ComplexUniform(1, Batch, length, 4));
    }
}
