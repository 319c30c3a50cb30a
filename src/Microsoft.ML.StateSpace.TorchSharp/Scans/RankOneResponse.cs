using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// The impulse responses of channels whose state matrix is a diagonal matrix plus one of rank one: <c>x_0 = b</c>,
/// <c>x_{l+1} = F x_l - H m_l</c>, <c>m_l = Re(R x_l)</c>, <c>K_l = Re(C x_l)</c>. As power series in the delay z this is
/// <c>m = beta / (1 + z eta)</c>, <c>K = kappa_b - z kappa_H m</c>, where the coefficients are responses of the diagonal F alone:
/// <c>beta_l = Re(R F^l b)</c>, <c>eta_l = Re(R F^l H)</c>, <c>kappa_b,l = Re(C F^l b)</c>, <c>kappa_H,l = Re(C F^l H)</c>. The series are
/// cut where the sequence ends, so nothing wraps around, and C needs no correction by <c>1 - A^L</c>. (The paper evaluates the generating
/// function at the roots of unity, which needs it.)
/// </summary>
internal static class RankOneResponse
{
    /// <param name="f">F, (H, N), complex128; as the next three.</param>
    /// <param name="h">H.</param>
    /// <param name="r">R.</param>
    /// <param name="b">b.</param>
    /// <param name="c">C of each direction.</param>
    /// <param name="length">Time steps.</param>
    /// <returns>(H, directions, length), float64.</returns>
    public static Tensor Of(Tensor f, Tensor h, Tensor r, Tensor b, Tensor[] c, long length)
    {
        Tensor[] vectors = [r, .. c];
        var responses = ImpulseResponse.Of(f, stack([.. vectors.Select(v => v * b), .. vectors.Select(v => v * h)], 1), length);
        Tensor free = responses.narrow(1, 0, vectors.Length), coupled = responses.narrow(1, vectors.Length, vectors.Length);
        var m = SeriesQuotient.Apply(free.narrow(1, 0, 1), coupled.narrow(1, 0, 1));
        var lost = PowerSeries.Multiply(coupled.narrow(1, 1, c.Length), m);
        return free.narrow(1, 1, c.Length) - nn.functional.pad(lost.narrow(2, 0, length - 1), [1, 0]);
    }
}
