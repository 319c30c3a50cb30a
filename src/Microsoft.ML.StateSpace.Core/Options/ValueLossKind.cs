namespace Microsoft.ML.StateSpace;

/// <summary>How the error of a predicted value counts in training. Errors are those of standardised targets.</summary>
public enum ValueLossKind
{
    /// <summary>Half the squared error. The model learns the mean of the target.</summary>
    Squared,

    /// <summary>The absolute error. The model learns the median of the target, and outliers count little.</summary>
    Absolute,

    /// <summary>
    /// The squared error up to <see cref="TrainingOptions.HuberThreshold"/>, the absolute error beyond it, so that outliers count less.
    /// </summary>
    Huber,

    /// <summary>The pinball loss. The model learns the <see cref="TrainingOptions.Quantile"/> of the target.</summary>
    Quantile,
}
