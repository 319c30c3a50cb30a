namespace Microsoft.ML.StateSpace.Training;

/// <summary>A linear read-out that was solved for.</summary>
/// <param name="Weight">(outputs, features), of the features as they are.</param>
/// <param name="Bias">(outputs).</param>
/// <param name="Penalty">The penalty that was chosen, as a multiple of the mean squared length of a row.</param>
/// <param name="Loss">Cross-entropy, or mean squared error of standardised values, of answers to rows that were left out.</param>
/// <param name="Metric">Accuracy, or fit in percent, of the same answers.</param>
internal sealed record ReadOut(float[] Weight, float[] Bias, double Penalty, double Loss, double Metric);
