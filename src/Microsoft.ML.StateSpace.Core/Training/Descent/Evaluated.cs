namespace Microsoft.ML.StateSpace.Training;

/// <summary>What is known of the objective at some parameter values.</summary>
/// <param name="Objective">J: the mean loss of a row plus the regularization.</param>
/// <param name="Residual">
/// The relative residual, see <see cref="DescentOptions.ResidualTolerance"/>; NaN where there is one term only.
/// </param>
internal readonly record struct Evaluated(double Objective, double Residual);
