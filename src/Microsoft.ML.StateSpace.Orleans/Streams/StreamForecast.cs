namespace Microsoft.ML.StateSpace.Grains;

/// <summary>Forecasts of the rows behind the last one of a stream.</summary>
/// <param name="Number">The last row that was seen, from 1.</param>
/// <param name="Values">(horizon, targets).</param>
/// <param name="LowerBound">(horizon, targets).</param>
/// <param name="UpperBound">(horizon, targets).</param>
[GenerateSerializer, Immutable, Alias("StateSpace.StreamForecast")]
public sealed record StreamForecast(
    [property: Id(0)] long Number, [property: Id(1)] float[] Values, [property: Id(2)] float[] LowerBound,
    [property: Id(3)] float[] UpperBound);
