namespace Microsoft.ML.StateSpace;

/// <summary>Maps from free parameters to recurrences of bounded gain.</summary>
public enum L2RuParametrization
{
    /// <summary>
    /// Complex diagonal, by the dilation of a normal contraction: eigenvalues stay where they are put, and the scan is fast.
    /// </summary>
    Dilation,

    /// <summary>
    /// Dense, as many states as channels: every invertible system of bounded gain, without conservatism. Works one time step after the
    /// other; for up to 64 channels.
    /// </summary>
    Square,

    /// <summary>Complex diagonal, by scaling input and output matrices down until a linear matrix inequality holds; conservative.</summary>
    NonSquare,

    /// <summary>
    /// Real diagonal with coefficients that depend on the input. Its gain is bounded, but not that of differences: two near inputs may have
    /// outputs further apart.
    /// </summary>
    Selective,
}
