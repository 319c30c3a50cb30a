namespace Microsoft.ML.StateSpace.Grains;

/// <summary>A sweep that runs, for those who train for it.</summary>
/// <param name="Run">Which run of the sweep this is; each has an identity of its own.</param>
/// <param name="ContextSeed">The seed of the <see cref="MLContext"/> with which the experiment is made.</param>
/// <param name="Owner">The process that has started it, for messages.</param>
/// <param name="WaitsForOwner">
/// Whether no trial is handed out before the owner has written down all those that have ended. Where checkpoints are in the folder of the
/// owner they must not run ahead of the journal there.
/// </param>
[GenerateSerializer, Immutable, Alias("StateSpace.SweepTerms")]
internal sealed record SweepTerms([property: Id(0)] string Run, [property: Id(1)] int ContextSeed, [property: Id(2)] string Owner,
    [property: Id(3)] bool WaitsForOwner = false);
