namespace Microsoft.ML.StateSpace;

/// <summary>
/// From which law the initial decays of the RG-LRU are drawn; <c>a = sigmoid(Lambda)</c>, and a step with an open gate multiplies the state
/// by <c>a^8</c>.
/// </summary>
public enum RgLruInitialization
{
    /// <summary>
    /// a uniform in the area of the ring between the two radii, as in the reference code: memories of some to some hundred steps.
    /// </summary>
    RingOnA,

    /// <summary><c>a^8</c> uniform between the two radii, as in the paper: memories eight times as long.</summary>
    UniformOnAc,
}

/// <summary>How the RG-LRU takes the first time step of a sequence.</summary>
public enum RgLruFirstStep
{
    /// <summary>Without the input multiplier, as in the reference code: <c>h_1 = i_1 x_1</c>.</summary>
    UnitMultiplier,

    /// <summary>As every other step: <c>h_1 = sqrt(1 - a_1^2) i_1 x_1</c>.</summary>
    Paper,
}
