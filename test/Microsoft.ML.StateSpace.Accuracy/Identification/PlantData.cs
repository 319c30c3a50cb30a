namespace Microsoft.ML.StateSpace.Accuracy.Identification;

/// <summary>A record to learn from, and the parts to simulate.</summary>
/// <param name="Train">The record to learn from.</param>
/// <param name="Tests">The parts to simulate.</param>
/// <param name="Told">The first measured outputs of a part that a model may be told.</param>
internal sealed record PlantData(Recording Train, IReadOnlyList<TestPart> Tests, int Told);

/// <summary>A record to simulate.</summary>
/// <param name="Name">What tells it from the plant's other parts; empty where it is the only one.</param>
/// <param name="Record">Inputs and measured outputs.</param>
/// <param name="Skip">The number of samples at its beginning that do not count.</param>
internal sealed record TestPart(string Name, Recording Record, int Skip)
{
    /// <summary>Whether it goes on from what was learnt from, so that its start does not matter.</summary>
    public bool RunsOn { get; init; }
}
