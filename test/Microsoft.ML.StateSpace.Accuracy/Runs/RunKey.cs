namespace Microsoft.ML.StateSpace.Accuracy.Runs;

/// <summary>What was measured on what. Runs with equal keys have equal scores.</summary>
/// <param name="Part">The part that the set belongs to.</param>
/// <param name="Set">The data set.</param>
/// <param name="Method">Ours, or a baseline.</param>
/// <param name="Seed">The seed of the <see cref="MLContext"/>; 0 for what has none.</param>
/// <param name="Code">The fingerprint of the method's code.</param>
/// <param name="Data">The fingerprint of the data files.</param>
internal sealed record RunKey(string Part, string Set, string Method, int Seed, string Code, string Data);
