namespace Microsoft.ML.StateSpace.Testing;

/// <summary>What a meter has measured once.</summary>
internal sealed record Measurement(string Instrument, double Value, IReadOnlyDictionary<string, object?> Tags);
