namespace Microsoft.ML.StateSpace.Grains;

/// <summary>How far a stream is.</summary>
/// <param name="Steps">The steps that it has made.</param>
/// <param name="KeptSteps">The steps up to which its state is kept; a silo that ends without a word loses those behind them.</param>
[GenerateSerializer, Immutable, Alias("StateSpace.StreamStatus")]
public sealed record StreamStatus([property: Id(0)] long Steps, [property: Id(1)] long KeptSteps);
