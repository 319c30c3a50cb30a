namespace Microsoft.ML.StateSpace;

/// <summary>How initial step sizes are drawn between StepSizeMinimum and StepSizeMaximum.</summary>
public enum StepSizeDistribution
{
    /// <summary>
    /// Their logarithms are uniform, so that every decade of memory has as many states, as in the papers of S4, S5 and Mamba.
    /// </summary>
    LogUniform,

    /// <summary>They are uniform themselves, so that nearly all are of the magnitude of the largest one.</summary>
    Uniform,
}
