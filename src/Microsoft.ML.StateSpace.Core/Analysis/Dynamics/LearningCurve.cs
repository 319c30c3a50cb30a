namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>How the loss of a system falls under gradient descent.</summary>
/// <param name="Losses">
/// <c>(1/2L) sum (y - y^)^2</c> before the first step and after each. It ends early where the loss is no number any more.
/// </param>
/// <param name="System">The system after the last of these steps.</param>
/// <param name="Diverged">Whether the loss grew beyond all numbers, because the rate is too large.</param>
public sealed record LearningCurve(IReadOnlyList<double> Losses, DiagonalSystem System, bool Diverged);
