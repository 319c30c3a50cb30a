namespace Microsoft.ML.StateSpace.Accuracy.Identification;

/// <summary>A record to learn from, and the parts to simulate.</summary>
internal sealed record PlantData(Recording Train, IReadOnlyList<TestPart> Tests);

/// <summary>A record to simulate.</summary>
/// <param name="Name">What tells it from the plant's other parts; empty where it is the only one.</param>
/// <param name="Record">Inputs and measured outputs.</param>
/// <param name="Skip">The number of samples at its beginning that do not count.</param>
internal sealed record TestPart(string Name, Recording Record, int Skip);
