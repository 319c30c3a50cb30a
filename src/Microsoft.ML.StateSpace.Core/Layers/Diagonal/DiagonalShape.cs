namespace Microsoft.ML.StateSpace.Layers;

/// <summary>The sizes and the form of a diagonal linear system between channels.</summary>
/// <param name="Inputs">Channels that come in.</param>
/// <param name="Outputs">Channels that go out.</param>
/// <param name="States">N.</param>
/// <param name="Form">When the output sees the state.</param>
/// <param name="FeedThrough">What D is.</param>
internal readonly record struct DiagonalShape(int Inputs, int Outputs, int States, SystemForm Form, FeedThroughKind FeedThrough);
