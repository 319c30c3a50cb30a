using System.Numerics;

namespace Microsoft.ML.StateSpace.Analysis;

/// <content>Poles, zeros and stability.</content>
public sealed partial record LinearSystem
{
    /// <summary>
    /// The poles, which are the eigenvalues of A. A pole lambda makes the state follow <c>lambda^t</c>. The two of a conjugate pair follow
    /// one another.
    /// </summary>
    /// <remarks>
    /// Where k poles coincide, rounding moves each by about the k-th root of 1e-16.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The matrices do not fit together, or are not finite.</exception>
    public IReadOnlyList<Complex> Poles() => Eigenvalues.Of(Parts().A);

    /// <summary>The largest magnitude of a pole; 0 where there are no states.</summary>
    public double SpectralRadius() => Poles().Select(Complex.Abs).DefaultIfEmpty(0).Max();

    /// <summary>Whether all poles lie inside the unit circle, so that the state forgets every start.</summary>
    public bool IsStable() => SpectralRadius() < 1;

    /// <summary>
    /// The zeros: the z at which the Rosenbrock matrix <c>[A - z I, B; C, D]</c> has less rank than elsewhere, so that some input
    /// <c>u_t = z^t u</c> with a suitable start gives no output. They are found by the reduction of Emami-Naeini and Van Dooren
    /// ("Computation of Zeros of Linear Multivariable Systems", Automatica 18, 1982) to a system whose D can be inverted; then they are the
    /// eigenvalues of <c>A - B D^-1 C</c>.
    /// </summary>
    /// <remarks>
    /// These are the transmission zeros where every state is reachable and observable; modes that are not are listed too. Zeros at infinity
    /// are not listed. A system with unlike numbers of inputs and outputs usually has none. What rank a matrix has is a matter of
    /// tolerance: a zero whose magnitude is beyond about 1 / <paramref name="tolerance"/> counts as infinite.
    /// </remarks>
    /// <param name="tolerance">
    /// The singular values below this share of the norm of all matrices count as zero. Default: 1e-10.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tolerance"/> is not in (0, 1).</exception>
    /// <exception cref="InvalidOperationException">The matrices do not fit together, or are not finite.</exception>
    public IReadOnlyList<Complex> TransmissionZeros(double tolerance = 1e-10)
    {
        RequireShare(tolerance, nameof(tolerance));
        var (a, b, c, d) = Parts();
        return Analysis.TransmissionZeros.Of(a, b, c, d, tolerance);
    }

    private static void RequireShare(double value, string name)
    {
        if (!(value > 0 && value < 1))
            throw new ArgumentOutOfRangeException(name, value, $"{name} must lie between 0 and 1.");
    }

    private void RequireStable(string what)
    {
        double radius = SpectralRadius();
        if (radius >= 1)
            throw new InvalidOperationException(
                $"{what} exists only for a stable system, but the largest pole of this one has the magnitude {radius}. "
                + "Take the system without its integrators and unstable poles.");
    }
}
