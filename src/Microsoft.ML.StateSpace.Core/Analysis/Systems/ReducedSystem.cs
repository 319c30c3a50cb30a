namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>A smaller system that answers nearly like a given one.</summary>
/// <param name="System">The system with fewer states; D is that of the whole system.</param>
/// <param name="ErrorBound">
/// Twice the sum of the Hankel singular values that were left out. The H-infinity norm of the difference to the whole system, which is the
/// largest gain of the error, does not exceed it.
/// </param>
/// <param name="HankelSingularValues">Those of the whole system, the largest first.</param>
public sealed record ReducedSystem(LinearSystem System, double ErrorBound, IReadOnlyList<double> HankelSingularValues);
