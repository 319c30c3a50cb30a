namespace Microsoft.ML.StateSpace.Grains;

/// <summary>A sweep that runs, for those who train for it.</summary>
/// <param name="Run">Which run of the sweep this is; each has an identity of its own.</param>
/// <param name="ContextSeed">The seed of the <see cref="MLContext"/> with which the experiment is made.</param>
/// <param name="Owner">The process that has started it, for messages.</param>
[GenerateSerializer, Immutable, Alias("StateSpace.SweepTerms")]
internal sealed record SweepTerms([property: Id(0)] string Run, [property: Id(1)] int ContextSeed, [property: Id(2)] string Owner);
