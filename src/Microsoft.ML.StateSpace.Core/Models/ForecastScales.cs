namespace Microsoft.ML.StateSpace.Models;

/// <summary>What a forecaster knows of the size of values before it has seen a series.</summary>
/// <param name="Ratio">Standard deviation of a target over the root of its mean square, of a typical series, (Targets).</param>
/// <param name="Floor">The least scale of a target, so that a constant series has one, (Targets).</param>
/// <param name="Mean">The mean of each covariate over the training rows, then of each static one, (Covariates + Statics).</param>
/// <param name="Deviation">Its standard deviation; 1 for a constant, (Covariates + Statics).</param>
/// <param name="Interval">The median interval between rows, where they are not equally far apart.</param>
internal sealed record ForecastScales(double[] Ratio, double[] Floor, double[] Mean, double[] Deviation, double Interval = 1);
