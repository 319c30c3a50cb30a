namespace Microsoft.ML.StateSpace;

/// <summary>
/// The initial poles of S4D, n = 0 ... N - 1 for N stored states; all but <see cref="Real"/> and <see cref="Ring"/> have the real part
/// -1/2.
/// </summary>
public enum S4DInitialization
{
    /// <summary>Imaginary parts <c>pi n</c>.</summary>
    Lin,

    /// <summary>Imaginary parts <c>(2N / pi) (2N / (2n + 1) - 1)</c>.</summary>
    Inv,

    /// <summary>
    /// The eigenvalues of the normal part of HiPPO-LegS, with its input matrix in their coordinates, which is trained too.
    /// </summary>
    LegS,

    /// <summary>The real poles <c>-(n + 1)</c>.</summary>
    Real,

    /// <summary>Imaginary parts <c>(2n + 1)^2 / pi</c>.</summary>
    Quad,

    /// <summary>
    /// Drawn for each channel such that the eigenvalues of a time step lie on a ring of the unit disk, uniform in its area, as those of the
    /// LRU do. The step sizes follow from them, and C is scaled so that white noise of variance one goes out with variance one.
    /// </summary>
    Ring,
}
