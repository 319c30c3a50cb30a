namespace Microsoft.ML.StateSpace;

/// <summary>
/// What a model does with values that are missing (NaN), where its training rows have such. It then also gets for each channel whether the
/// value was measured, so it can learn what a gap means (Lipton, Kale, Wetzel, "Directly modeling missing data in sequences with RNNs",
/// 2016, arXiv:1606.04130).
/// </summary>
public enum MissingValues
{
    /// <summary>The last measured value of the channel stands for a missing one; before the first, the mean of the channel.</summary>
    ForwardFill,

    /// <summary>The mean of the channel over the training rows stands for a missing value.</summary>
    Mean,

    /// <summary>Training rows with missing values are refused.</summary>
    Error,
}
