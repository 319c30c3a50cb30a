namespace Microsoft.ML.StateSpace.Grains;

/// <summary>What a worker hears when it says that it is there.</summary>
[GenerateSerializer, Alias("StateSpace.WorkerOrder")]
internal enum WorkerOrder
{
    /// <summary>All is well.</summary>
    GoOn,

    /// <summary>The trial is another's: leave it.</summary>
    LeaveTrial,

    /// <summary>The run has ended.</summary>
    Stop,
}
