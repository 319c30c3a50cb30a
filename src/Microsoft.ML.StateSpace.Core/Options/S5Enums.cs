namespace Microsoft.ML.StateSpace;

/// <summary>How S5's parameters become the real parts of its poles.</summary>
public enum S5Parametrization
{
    /// <summary><c>Re Lambda = -exp(LambdaReLog)</c>: negative whatever is learnt.</summary>
    Exponential,

    /// <summary>
    /// <c>Re Lambda = min(LambdaRe, -0.0001)</c>, as in the code with <c>clip_eigs</c>; a real part that is held there has no gradient.
    /// </summary>
    Clipped,
}

/// <summary>The initial poles of S5.</summary>
public enum S5Initialization
{
    /// <summary>The eigenvalues of the normal part of HiPPO-LegS, with input and output matrices in their coordinates.</summary>
    HippoLegS,

    /// <summary>
    /// On a ring of the unit disk, uniform in its area, as the LRU draws them. The step sizes follow from them; B and C are drawn and
    /// scaled as those of the LRU, so that white noise of variance one gives states of variance one. S5 then starts as an LRU would, with
    /// its own parametrisation.
    /// </summary>
    Ring,
}

/// <summary>
/// The initial output matrix of S5; names as in the code. H is the width, P = 2N the full state size, V the eigenvectors of HiPPO-LegS.
/// </summary>
public enum S5OutputInitialization
{
    /// <summary>C V, where both parts of C are normal, cut off at two sigma, of variance 1 / P.</summary>
    TruncatedStandardNormal,

    /// <summary>C V, where both parts of C are normal, cut off at two sigma, of variance 1 / (H P).</summary>
    LecunNormal,

    /// <summary>Drawn in the coordinates of the eigenvectors, without V: both parts are normal of variance 1/2.</summary>
    ComplexNormal,
}
