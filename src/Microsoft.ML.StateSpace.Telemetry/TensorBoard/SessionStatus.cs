namespace Microsoft.ML.StateSpace.Telemetry;

/// <summary>How a run ended, in the numbers of TensorBoard's table of runs.</summary>
internal enum SessionStatus
{
    /// <summary>It was cancelled, or pauses.</summary>
    Unknown = 0,

    /// <summary>It ended as it should.</summary>
    Success = 1,

    /// <summary>It diverged, or there is no model.</summary>
    Failure = 2,
}
