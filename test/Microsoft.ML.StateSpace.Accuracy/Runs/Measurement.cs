namespace Microsoft.ML.StateSpace.Accuracy.Runs;

/// <summary>A run that can be made.</summary>
/// <param name="Key">What is trained on what.</param>
/// <param name="Make">Makes the run, with this key.</param>
internal sealed record Measurement(RunKey Key, Func<RunKey, Run> Make);
