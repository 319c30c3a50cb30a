namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>A record of a process beside what a model answered.</summary>
/// <param name="Targets">What was measured, (steps, outputs). NaN is not known and counts nowhere.</param>
/// <param name="Predictions">What the model answered, (steps, outputs).</param>
/// <param name="Inputs">The inputs, (steps, inputs), of which there may be none. NaN counts nowhere.</param>
public sealed record ResponseRecord(double[,] Targets, double[,] Predictions, double[,] Inputs);
