namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>Where a sequence stands that is not in memory.</summary>
/// <param name="Row">The row that holds it.</param>
/// <param name="Start">The time step of the row with which it begins.</param>
/// <param name="Length">Its time steps.</param>
internal readonly record struct SequencePlace(int Row, int Start, int Length);
