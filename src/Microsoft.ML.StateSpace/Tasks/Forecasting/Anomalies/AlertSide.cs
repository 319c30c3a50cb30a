namespace Microsoft.ML.StateSpace;

/// <summary>Which values are anomalies, as <c>AnomalySide</c> of ML.NET's time series has it.</summary>
public enum AlertSide
{
    /// <summary>Values that are too large, and values that are too small.</summary>
    TwoSided,

    /// <summary>Values that are too large.</summary>
    Positive,

    /// <summary>Values that are too small.</summary>
    Negative,
}
