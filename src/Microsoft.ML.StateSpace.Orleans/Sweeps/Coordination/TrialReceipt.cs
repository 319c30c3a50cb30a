namespace Microsoft.ML.StateSpace.Grains;

/// <summary>What has become of a trial that a worker has finished.</summary>
[GenerateSerializer, Alias("StateSpace.TrialReceipt")]
internal enum TrialReceipt
{
    /// <summary>It is not in the journal: the run has ended, or the trial is another's. Whoever goes on with it needs its checkpoints.
    /// </summary>
    Refused,

    /// <summary>It is in the journal, without a model, since it does not lead.</summary>
    Written,

    /// <summary>It is in the journal, and its model is kept.</summary>
    WrittenWithModel,
}
