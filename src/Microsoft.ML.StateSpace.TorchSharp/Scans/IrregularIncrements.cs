using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// <c>E = exp(zeta dt) - 1</c>: with <c>z = zeta dt</c>, <c>e = exp(Re z) - 1</c>, <c>h = Im z / 2</c>,
/// <c>E = e - 2 (1 + e) sin^2 h + 2 i (1 + e) sin h cos h</c>, so that nothing cancels for small z.
/// </summary>
internal sealed class HeldScan : IrregularScan<HeldScan>
{
    // It is finite, and the float next to one of that size is many turns away, so no phase is lost by the limit.
    private const double MostPhase = 1e30;

    protected override Tensor Increment(Tensor zeta, Tensor intervals)
    {
        Tensor e = (zeta[0] * intervals).expm1_(), h = (zeta[1] * intervals).clamp_(-MostPhase, MostPhase).mul_(0.5);
        Tensor sin = h.sin(), twice = 2 * sin * (e + 1);
        return complex(e - twice * sin, twice * h.cos());
    }

    // dt (1 + E)
    protected override Tensor Slope(Tensor increment, Tensor intervals) => (increment + 1) * intervals;
}

/// <summary><c>E = z / (1 - z / 2)</c> with <c>z = zeta dt</c>: the bilinear map less 1.</summary>
internal sealed class BilinearScan : IrregularScan<BilinearScan>
{
    private const double Largest = 1e15; // Its square is far below the largest float, and for such z the float E is -2 already.

    // (p - |z|^2 / 2 + i q) / |1 - z / 2|^2, z = p + i q
    protected override Tensor Increment(Tensor zeta, Tensor intervals)
    {
        Tensor p = (zeta[0] * intervals).clamp_(-Largest, 0), q = (zeta[1] * intervals).clamp_(-Largest, Largest);
        var squares = q.square();
        var divisor = (1 - p / 2).square().addcmul_(q, q, 0.25);
        return complex((p - (p.square() + squares) / 2) / divisor, q / divisor);
    }

    // dt (1 + E / 2)^2
    protected override Tensor Slope(Tensor increment, Tensor intervals) => (increment / 2 + 1).square() * intervals;
}
